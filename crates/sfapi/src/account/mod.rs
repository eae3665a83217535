//! Who one is to NERSC: user, groups, projects, roles, API clients.

mod groups;
mod horizon;

pub use groups::{CreateGroup, GetGroup, Groups, ListGroups, UpdateGroup};
pub use horizon::Horizon;

pub(crate) use horizon::horizon;

use crate::{
    hub::World,
    model::{ApiClient, Project, Role, UserInfo},
    operation::{get, operation},
    wire,
};
use adjutant_core::{Async, Bound, Flow, Mode};

operation! {
    /// A user; without a name, the one whose client this is.
    GetUser { name: Option<String> } -> UserInfo,
    USER: "account.user" "GET" "/account/" Read true;
    request |op| {
        let request = get(&USER, "/account/");
        Ok(match &op.name {
            Some(name) => request.query("username", name),
            None => request,
        })
    };
    decode |response| wire::record(&response);
}

operation! {
    /// The user's projects, with what they were given and have used.
    ListProjects {} -> Vec<Project>,
    PROJECTS: "account.projects" "GET" "/account/projects" Read true;
    request |_op| Ok(get(&PROJECTS, "/account/projects"));
    decode |response| wire::value(&response);
}

operation! {
    /// The user's roles in projects.
    ListRoles {} -> Vec<Role>,
    ROLES: "account.roles" "GET" "/account/roles" Read true;
    request |_op| Ok(get(&ROLES, "/account/roles"));
    decode |response| wire::value(&response);
}

operation! {
    /// The user's API clients, with when they expire.
    ListClients {} -> Vec<ApiClient>,
    CLIENTS: "account.clients" "GET" "/account/clients" Read true;
    request |_op| Ok(get(&CLIENTS, "/account/clients"));
    decode |response| wire::value(&response);
}

/// The account that the key belongs to.
#[derive(Clone, Debug)]
pub struct Account<M: Mode = Async> {
    world: World<M>,
}

impl<M: Mode> Account<M> {
    pub(crate) fn new(world: World<M>) -> Self {
        Self { world }
    }

    /// The user whose client this is.
    pub fn user(&self) -> GetUser<Bound<M>> {
        GetUser::bound(self.world.bound(), None)
    }

    /// Another user, as far as the server shows them.
    pub fn user_named(&self, name: impl Into<String>) -> GetUser<Bound<M>> {
        GetUser::bound(self.world.bound(), Some(name.into()))
    }

    /// The user's groups. Those of other users are not to be had.
    #[must_use]
    pub fn groups(&self) -> Groups<M> {
        Groups::new(self.world.clone())
    }

    /// The user's projects.
    pub fn projects(&self) -> ListProjects<Bound<M>> {
        ListProjects::bound(self.world.bound())
    }

    /// The user's roles.
    pub fn roles(&self) -> ListRoles<Bound<M>> {
        ListRoles::bound(self.world.bound())
    }

    /// The user's API clients.
    pub fn clients(&self) -> ListClients<Bound<M>> {
        ListClients::bound(self.world.bound())
    }

    /// When this very client expires, after which no token is to be had.
    pub fn credential_horizon(&self) -> Flow<M, Horizon> {
        self.world.flow(|hub| async move { horizon(&hub).await })
    }
}

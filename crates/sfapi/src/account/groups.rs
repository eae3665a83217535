//! Groups: who may share files with whom.

use crate::{
    hub::World,
    model::{Group, Groups as GroupList},
    operation::{form, get, operation},
    wire,
};
use adjutant_core::{Async, Bound, Error, Mode, Result, path::segment};
use http::Method;

operation! {
    /// The user's groups.
    ListGroups {} -> Vec<Group>,
    LIST: "groups.list" "GET" "/account/groups" Read true;
    request |_op| Ok(get(&LIST, "/account/groups"));
    decode |response| Ok(wire::record::<GroupList>(&response)?.groups.unwrap_or_default());
}

operation! {
    /// A group with its members.
    GetGroup { name: String } -> Group,
    GET: "groups.get" "GET" "/account/groups/{group}" Read true;
    request |op| Ok(get(&GET, target(&op.name)?));
    decode |response| wire::checked_group(&response);
}

operation! {
    /// Makes a group in a project (`repo_name`). Its name has at most 8 ASCII characters.
    CreateGroup { name: String, project: String } -> Group,
    CREATE: "groups.create" "POST" "/account/groups" Write false;
    request |op| {
        if op.name.is_empty() || op.name.len() > 8 || !op.name.is_ascii() {
            let message = format!("{:?} cannot be a group's name", adjutant_core::error::tame(&op.name, 40));
            return Err(Error::usage(message).with_hint("it has 1 to 8 ASCII characters"));
        }
        let fields = [("name", op.name.as_str()), ("repo_name", op.project.as_str())];
        Ok(form(&CREATE, Method::POST, "/account/groups", fields))
    };
    decode |response| wire::checked_group(&response);
}

operation! {
    /// Adds users to a group, or removes them. Who is in it already, or was not, changes nothing.
    UpdateGroup { name: String, users: Vec<String>, remove: bool } -> Group,
    UPDATE: "groups.update" "PUT" "/account/groups/{group}" Write true;
    request |op| {
        if op.users.is_empty() {
            return Err(Error::usage("no users are named").with_hint("name at least one"));
        }
        if let Some(odd) = op.users.iter().find(|user| user.is_empty() || user.contains([',', ' '])) {
            return Err(Error::usage(format!("{odd:?} is not a user's name")));
        }
        let action = if op.remove { "batch_remove" } else { "batch_add" };
        let users = op.users.join(",");
        Ok(form(&UPDATE, Method::PUT, target(&op.name)?, [("usernames", users.as_str()), ("action", action)]))
    };
    decode |response| wire::checked_group(&response);
}

fn target(name: &str) -> Result<String> {
    if name.trim().is_empty() {
        return Err(Error::usage("the group's name is empty"));
    }
    Ok(format!("/account/groups/{}", segment(name)))
}

/// The user's groups.
#[derive(Clone, Debug)]
pub struct Groups<M: Mode = Async> {
    world: World<M>,
}

impl<M: Mode> Groups<M> {
    pub(super) fn new(world: World<M>) -> Self {
        Self { world }
    }

    /// All of them.
    pub fn list(&self) -> ListGroups<Bound<M>> {
        ListGroups::bound(self.world.bound())
    }

    /// One of them, with its members.
    pub fn get(&self, name: impl Into<String>) -> GetGroup<Bound<M>> {
        GetGroup::bound(self.world.bound(), name.into())
    }

    /// Makes one in a project. Its name has at most 8 ASCII characters.
    pub fn create(&self, name: impl Into<String>, project: impl Into<String>) -> CreateGroup<Bound<M>> {
        CreateGroup::bound(self.world.bound(), name.into(), project.into())
    }

    /// Adds users, by name (`batch_add`).
    pub fn add<S: Into<String>>(
        &self,
        name: impl Into<String>,
        users: impl IntoIterator<Item = S>,
    ) -> UpdateGroup<Bound<M>> {
        UpdateGroup::bound(self.world.bound(), name.into(), users.into_iter().map(Into::into).collect(), false)
    }

    /// Removes users, by name (`batch_remove`).
    pub fn remove<S: Into<String>>(
        &self,
        name: impl Into<String>,
        users: impl IntoIterator<Item = S>,
    ) -> UpdateGroup<Bound<M>> {
        UpdateGroup::bound(self.world.bound(), name.into(), users.into_iter().map(Into::into).collect(), true)
    }
}

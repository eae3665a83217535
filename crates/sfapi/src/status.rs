//! What is up: the state of the machines, their outages and notes. All of it is public.

use crate::{
    hub::World,
    model::{Change, Note, Outage, Setting, Status},
    operation::{operation, public},
    wire,
};
use adjutant_core::{Async, Bound, Mode, path::segment};
use std::collections::BTreeMap;

operation! {
    /// Every resource.
    ListStatus {} -> Vec<Status>,
    ALL: "status.list" "GET" "/status" Read true;
    request |_op| Ok(public(&ALL, "/status"));
    decode |response| wire::value(&response);
}

operation! {
    /// One resource.
    GetStatus { name: String } -> Status,
    ONE: "status.get" "GET" "/status/{name}" Read true;
    request |op| Ok(public(&ONE, format!("/status/{}", segment(&op.name))));
    decode |response| wire::record(&response);
}

operation! {
    /// Every outage, by the resource's name.
    AllOutages {} -> BTreeMap<String, Vec<Outage>>,
    OUTAGES: "status.all-outages" "GET" "/status/outages" Read true;
    request |_op| Ok(public(&OUTAGES, "/status/outages"));
    decode |response| Ok(by_name(wire::value(&response)?, |outage: &Outage| outage.name.clone()));
}

operation! {
    /// The outages of one resource.
    Outages { name: String } -> Vec<Outage>,
    OUTAGES_OF: "status.outages" "GET" "/status/outages/{name}" Read true;
    request |op| Ok(public(&OUTAGES_OF, format!("/status/outages/{}", segment(&op.name))));
    decode |response| wire::value(&response);
}

operation! {
    /// Every outage that is planned, by the resource's name.
    AllPlannedOutages {} -> BTreeMap<String, Vec<Outage>>,
    PLANNED: "status.all-planned-outages" "GET" "/status/outages/planned" Read true;
    request |_op| Ok(public(&PLANNED, "/status/outages/planned"));
    decode |response| Ok(by_name(wire::value(&response)?, |outage: &Outage| outage.name.clone()));
}

operation! {
    /// The planned outages of one resource.
    PlannedOutages { name: String } -> Vec<Outage>,
    PLANNED_OF: "status.planned-outages" "GET" "/status/outages/planned/{name}" Read true;
    request |op| Ok(public(&PLANNED_OF, format!("/status/outages/planned/{}", segment(&op.name))));
    decode |response| wire::value(&response);
}

operation! {
    /// Every note, by the resource's name.
    AllNotes {} -> BTreeMap<String, Vec<Note>>,
    NOTES: "status.all-notes" "GET" "/status/notes" Read true;
    request |_op| Ok(public(&NOTES, "/status/notes"));
    decode |response| Ok(by_name(wire::value(&response)?, |note: &Note| note.name.clone()));
}

operation! {
    /// The notes on one resource.
    Notes { name: String } -> Vec<Note>,
    NOTES_OF: "status.notes" "GET" "/status/notes/{name}" Read true;
    request |op| Ok(public(&NOTES_OF, format!("/status/notes/{}", segment(&op.name))));
    decode |response| wire::value(&response);
}

operation! {
    /// What has changed in the API.
    Changelog {} -> Vec<Change>,
    CHANGELOG: "meta.changelog" "GET" "/meta/changelog" Read true;
    request |_op| Ok(public(&CHANGELOG, "/meta/changelog"));
    decode |response| wire::value(&response);
}

operation! {
    /// The API's settings, by key (`compute.targets` names the machines).
    Config {} -> BTreeMap<String, Option<String>>,
    CONFIG: "meta.config" "GET" "/meta/config" Read true;
    request |_op| Ok(public(&CONFIG, "/meta/config"));
    decode |response| {
        let settings: Vec<Setting> = wire::value(&response)?;
        Ok(settings.into_iter().filter_map(|setting| Some((setting.key?, setting.value))).collect())
    };
}

/// The server gives a list for each resource, without saying whose it is but in its items.
fn by_name<T>(lists: Vec<Vec<T>>, name: impl Fn(&T) -> Option<String>) -> BTreeMap<String, Vec<T>> {
    let mut all = BTreeMap::<String, Vec<T>>::new();
    for item in lists.into_iter().flatten() {
        all.entry(name(&item).unwrap_or_default()).or_default().push(item);
    }
    all
}

/// The resources of NERSC: machines, file systems, services.
#[derive(Clone, Debug)]
pub struct Resources<M: Mode = Async> {
    world: World<M>,
}

impl<M: Mode> Resources<M> {
    pub(crate) fn new(world: World<M>) -> Self {
        Self { world }
    }

    /// How all of them do.
    pub fn all(&self) -> ListStatus<Bound<M>> {
        ListStatus::bound(self.world.bound())
    }

    /// How one of them does.
    pub fn get(&self, name: impl Into<String>) -> GetStatus<Bound<M>> {
        GetStatus::bound(self.world.bound(), name.into())
    }

    /// All outages.
    pub fn all_outages(&self) -> AllOutages<Bound<M>> {
        AllOutages::bound(self.world.bound())
    }

    /// The outages of one.
    pub fn outages(&self, name: impl Into<String>) -> Outages<Bound<M>> {
        Outages::bound(self.world.bound(), name.into())
    }

    /// All outages that are planned.
    pub fn all_planned_outages(&self) -> AllPlannedOutages<Bound<M>> {
        AllPlannedOutages::bound(self.world.bound())
    }

    /// The planned outages of one.
    pub fn planned_outages(&self, name: impl Into<String>) -> PlannedOutages<Bound<M>> {
        PlannedOutages::bound(self.world.bound(), name.into())
    }

    /// All notes.
    pub fn all_notes(&self) -> AllNotes<Bound<M>> {
        AllNotes::bound(self.world.bound())
    }

    /// The notes on one.
    pub fn notes(&self, name: impl Into<String>) -> Notes<Bound<M>> {
        Notes::bound(self.world.bound(), name.into())
    }
}

/// The API about itself.
#[derive(Clone, Debug)]
pub struct Api<M: Mode = Async> {
    world: World<M>,
}

impl<M: Mode> Api<M> {
    pub(crate) fn new(world: World<M>) -> Self {
        Self { world }
    }

    /// What has changed, as the server orders it.
    pub fn changelog(&self) -> Changelog<Bound<M>> {
        Changelog::bound(self.world.bound())
    }

    /// Its settings.
    pub fn config(&self) -> Config<Bound<M>> {
        Config::bound(self.world.bound())
    }
}

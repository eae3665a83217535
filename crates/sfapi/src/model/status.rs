//! What NERSC says of its machines and of the API itself.

use super::record;
use adjutant_schema::{
    Kind::{Bool, Enum, List, Text, Time},
    open_enum,
};

open_enum! {
    /// How a resource does (`StatusValue`).
    pub enum StatusValue {
        /// Up.
        Active = "active",
        /// Down.
        Unavailable = "unavailable",
        /// Up, with limits.
        Degraded = "degraded",
        /// Anything else; the description says what.
        Other = "other",
    }
}

open_enum! {
    /// How an outage stands (`OutageStatusValue`).
    pub enum OutageStatus {
        /// It is on.
        Active = "Active",
        /// It was called off.
        Cancelled = "Cancelled",
        /// It is over.
        Completed = "Completed",
        /// It goes on for longer than planned.
        Extended = "Extended",
        /// It will come.
        Planned = "Planned",
    }
}

record! {
    /// A resource: a machine, a file system, a service (`Status`).
    pub Status, STATUS, "Status";
    0 name: String = "name" Text;
    1 full_name: String = "full_name" Text;
    2 description: String = "description" Text;
    3 system_type: String = "system_type" Text;
    4 notes: Vec<String> = "notes" List(&Text);
    5 status: StatusValue = "status" Enum(StatusValue::NAMES);
    6 updated_at: String = "updated_at" Time;
}

record! {
    /// A remark about a resource (`Note`).
    pub Note, NOTE, "Note";
    0 name: String = "name" Text;
    1 notes: String = "notes" Text;
    2 active: bool = "active" Bool;
    3 timestamp: String = "timestamp" Time;
}

record! {
    /// A time in which a resource was, is or will be down (`Outage`).
    pub Outage, OUTAGE, "Outage";
    0 name: String = "name" Text;
    1 start_at: String = "start_at" Time;
    2 end_at: String = "end_at" Time;
    3 description: String = "description" Text;
    4 notes: String = "notes" Text;
    5 status: OutageStatus = "status" Enum(OutageStatus::NAMES);
    6 swo: String = "swo" Text;
    7 update_at: String = "update_at" Time;
}

record! {
    /// A change of the API (`Changelog`).
    pub Change, CHANGE, "Changelog";
    0 date: String = "date" Time;
    1 change: String = "change" Text;
}

record! {
    /// A setting of the API (`Config`).
    pub Setting, SETTING, "Config";
    0 key: String = "key" Text;
    1 value: String = "value" Text;
}

//! Classic computers: what is read often, typed; the rest kept as it came (in `extra`).
//!
//! Reading and changing are two types: a record that was read and sent back whole would write its serial number, its
//! dates and everything else that only the server may set.

use adjutant_schema::{Desc, Extra, Field, FieldDesc, Kind, model};

/// A computer in a list; all but `id` and `name` only in the basic list.
#[derive(Clone, Default)]
pub struct ClassicComputerEntry {
    /// `id`.
    pub id: Option<i64>,
    /// `name`.
    pub name: Option<String>,
    /// `managed`.
    pub managed: Option<bool>,
    /// `username`.
    pub username: Option<String>,
    /// `model`.
    pub model: Option<String>,
    /// `department`.
    pub department: Option<String>,
    /// `building`.
    pub building: Option<String>,
    /// `mac_address`.
    pub mac_address: Option<String>,
    /// `udid`.
    pub udid: Option<String>,
    /// `serial_number`.
    pub serial_number: Option<String>,
    /// `report_date_utc`.
    pub report_date_utc: Option<String>,
    /// `report_date_epoch`.
    pub report_date_epoch: Option<i64>,
    /// What the table does not describe, kept.
    pub extra: Extra,
}

static CLASSIC_COMPUTER_ENTRY: Desc = Desc::new(
    "ComputersListItem",
    &[
        FieldDesc::new("id", Kind::Int),
        FieldDesc::new("name", Kind::Text),
        FieldDesc::new("managed", Kind::Bool),
        FieldDesc::new("username", Kind::Text),
        FieldDesc::new("model", Kind::Text),
        FieldDesc::new("department", Kind::Text),
        FieldDesc::new("building", Kind::Text),
        FieldDesc::new("mac_address", Kind::Text),
        FieldDesc::new("udid", Kind::Text),
        FieldDesc::new("serial_number", Kind::Text),
        FieldDesc::new("report_date_utc", Kind::Time),
        FieldDesc::new("report_date_epoch", Kind::Int),
    ],
);
model!(ClassicComputerEntry, CLASSIC_COMPUTER_ENTRY; 0 id, 1 name, 2 managed, 3 username, 4 model, 5 department, 6 building, 7 mac_address, 8 udid, 9 serial_number, 10 report_date_utc, 11 report_date_epoch);

/// A computer. Subsets other than these are kept in `extra`.
#[derive(Clone, Default)]
pub struct ClassicComputer {
    /// `general`.
    pub general: Option<ClassicGeneral>,
    /// `location`.
    pub location: Option<ClassicLocation>,
    /// `extension_attributes`.
    pub extension_attributes: Option<Vec<ClassicExtensionAttribute>>,
    /// What the table does not describe, kept.
    pub extra: Extra,
}

static CLASSIC_COMPUTER: Desc = Desc::new(
    "ResponseComputer",
    &[
        FieldDesc::new("general", Kind::Record(ClassicGeneral::DESC)),
        FieldDesc::new("location", Kind::Record(ClassicLocation::DESC)),
        FieldDesc::new("extension_attributes", Kind::List(&Kind::Record(ClassicExtensionAttribute::DESC)))
            .item("extension_attribute"),
    ],
)
.rooted("computer");
model!(ClassicComputer, CLASSIC_COMPUTER; 0 general, 1 location, 2 extension_attributes);

/// The subset `general`.
#[derive(Clone, Default)]
pub struct ClassicGeneral {
    /// `id`.
    pub id: Option<i64>,
    /// `name`.
    pub name: Option<String>,
    /// `mac_address`.
    pub mac_address: Option<String>,
    /// `alt_mac_address`.
    pub alt_mac_address: Option<String>,
    /// `ip_address`.
    pub ip_address: Option<String>,
    /// `last_reported_ip`.
    pub last_reported_ip: Option<String>,
    /// `serial_number`.
    pub serial_number: Option<String>,
    /// `udid`.
    pub udid: Option<String>,
    /// `jamf_version`.
    pub jamf_version: Option<String>,
    /// `platform`.
    pub platform: Option<String>,
    /// `barcode_1`.
    pub barcode_1: Option<String>,
    /// `barcode_2`.
    pub barcode_2: Option<String>,
    /// `asset_tag`.
    pub asset_tag: Option<String>,
    /// `mdm_capable`.
    pub mdm_capable: Option<bool>,
    /// `report_date_utc`.
    pub report_date_utc: Option<String>,
    /// `last_contact_time_utc`.
    pub last_contact_time_utc: Option<String>,
    /// `supervised`.
    pub supervised: Option<bool>,
    /// What the table does not describe, kept.
    pub extra: Extra,
}

static CLASSIC_GENERAL: Desc = Desc::new(
    "ComputerSubsetGeneral",
    &[
        FieldDesc::new("id", Kind::Int),
        FieldDesc::new("name", Kind::Text),
        FieldDesc::new("mac_address", Kind::Text),
        FieldDesc::new("alt_mac_address", Kind::Text),
        FieldDesc::new("ip_address", Kind::Text),
        FieldDesc::new("last_reported_ip", Kind::Text),
        FieldDesc::new("serial_number", Kind::Text),
        FieldDesc::new("udid", Kind::Text),
        FieldDesc::new("jamf_version", Kind::Text),
        FieldDesc::new("platform", Kind::Text),
        FieldDesc::new("barcode_1", Kind::Text),
        FieldDesc::new("barcode_2", Kind::Text),
        FieldDesc::new("asset_tag", Kind::Text),
        FieldDesc::new("mdm_capable", Kind::Bool),
        FieldDesc::new("report_date_utc", Kind::Time),
        FieldDesc::new("last_contact_time_utc", Kind::Time),
        FieldDesc::new("supervised", Kind::Bool),
    ],
);
model!(ClassicGeneral, CLASSIC_GENERAL; 0 id, 1 name, 2 mac_address, 3 alt_mac_address, 4 ip_address, 5 last_reported_ip, 6 serial_number, 7 udid, 8 jamf_version, 9 platform, 10 barcode_1, 11 barcode_2, 12 asset_tag, 13 mdm_capable, 14 report_date_utc, 15 last_contact_time_utc, 16 supervised);

/// The subset `location`.
#[derive(Clone, Default)]
pub struct ClassicLocation {
    /// `username`.
    pub username: Option<String>,
    /// `realname`.
    pub realname: Option<String>,
    /// `email_address`.
    pub email_address: Option<String>,
    /// `position`.
    pub position: Option<String>,
    /// `phone`.
    pub phone: Option<String>,
    /// `department`.
    pub department: Option<String>,
    /// `building`.
    pub building: Option<String>,
    /// `room`.
    pub room: Option<String>,
    /// What the table does not describe, kept.
    pub extra: Extra,
}

static CLASSIC_LOCATION: Desc = Desc::new(
    "ComputerSubsetLocation",
    &[
        FieldDesc::new("username", Kind::Text),
        FieldDesc::new("realname", Kind::Text),
        FieldDesc::new("email_address", Kind::Text),
        FieldDesc::new("position", Kind::Text),
        FieldDesc::new("phone", Kind::Text),
        FieldDesc::new("department", Kind::Text),
        FieldDesc::new("building", Kind::Text),
        FieldDesc::new("room", Kind::Text),
    ],
);
model!(ClassicLocation, CLASSIC_LOCATION; 0 username, 1 realname, 2 email_address, 3 position, 4 phone, 5 department, 6 building, 7 room);

/// An extension attribute and its value.
#[derive(Clone, Default)]
pub struct ClassicExtensionAttribute {
    /// `id`.
    pub id: Option<i64>,
    /// `name`.
    pub name: Option<String>,
    /// `type`.
    pub type_: Option<String>,
    /// `value`.
    pub value: Option<String>,
    /// What the table does not describe, kept.
    pub extra: Extra,
}

static CLASSIC_EXTENSION_ATTRIBUTE: Desc = Desc::new(
    "ComputerSubsetExtensionAttributes",
    &[
        FieldDesc::new("id", Kind::Int),
        FieldDesc::new("name", Kind::Text),
        FieldDesc::new("type", Kind::Text),
        FieldDesc::new("value", Kind::Text),
    ],
);
model!(ClassicExtensionAttribute, CLASSIC_EXTENSION_ATTRIBUTE; 0 id, 1 name, 2 type_, 3 value);

/// What to change of a computer. Only what is cleared or set is sent.
#[derive(Clone, Default)]
pub struct ClassicComputerUpdate {
    /// `general`.
    pub general: Field<ClassicGeneralUpdate>,
    /// `location`.
    pub location: Field<ClassicLocationUpdate>,
    /// `extension_attributes`.
    pub extension_attributes: Field<Vec<ClassicExtensionAttribute>>,
    /// What the table does not describe, kept.
    pub extra: Extra,
}

static CLASSIC_COMPUTER_UPDATE: Desc = Desc::new(
    "RequestComputer",
    &[
        FieldDesc::new("general", Kind::Record(ClassicGeneralUpdate::DESC)),
        FieldDesc::new("location", Kind::Record(ClassicLocationUpdate::DESC)),
        FieldDesc::new("extension_attributes", Kind::List(&Kind::Record(ClassicExtensionAttribute::DESC)))
            .item("extension_attribute"),
    ],
)
.rooted("computer");
model!(ClassicComputerUpdate, CLASSIC_COMPUTER_UPDATE; 0 general, 1 location, 2 extension_attributes);

/// What to change of the subset `general`.
#[derive(Clone, Default)]
pub struct ClassicGeneralUpdate {
    /// `name`.
    pub name: Field<String>,
    /// `mac_address`.
    pub mac_address: Field<String>,
    /// `alt_mac_address`.
    pub alt_mac_address: Field<String>,
    /// `ip_address`.
    pub ip_address: Field<String>,
    /// `serial_number`.
    pub serial_number: Field<String>,
    /// `udid`.
    pub udid: Field<String>,
    /// `barcode_1`.
    pub barcode_1: Field<String>,
    /// `barcode_2`.
    pub barcode_2: Field<String>,
    /// `asset_tag`.
    pub asset_tag: Field<String>,
    /// `remote_management`.
    pub remote_management: Field<ClassicRemoteManagementUpdate>,
    /// What the table does not describe, kept.
    pub extra: Extra,
}

static CLASSIC_GENERAL_UPDATE: Desc = Desc::new(
    "ComputerSubsetGeneral",
    &[
        FieldDesc::new("name", Kind::Text),
        FieldDesc::new("mac_address", Kind::Text),
        FieldDesc::new("alt_mac_address", Kind::Text),
        FieldDesc::new("ip_address", Kind::Text),
        FieldDesc::new("serial_number", Kind::Text),
        FieldDesc::new("udid", Kind::Text),
        FieldDesc::new("barcode_1", Kind::Text),
        FieldDesc::new("barcode_2", Kind::Text),
        FieldDesc::new("asset_tag", Kind::Text),
        FieldDesc::new("remote_management", Kind::Record(ClassicRemoteManagementUpdate::DESC)),
    ],
);
model!(ClassicGeneralUpdate, CLASSIC_GENERAL_UPDATE; 0 name, 1 mac_address, 2 alt_mac_address, 3 ip_address, 4 serial_number, 5 udid, 6 barcode_1, 7 barcode_2, 8 asset_tag, 9 remote_management);

/// Whether the computer is managed.
#[derive(Clone, Default)]
pub struct ClassicRemoteManagementUpdate {
    /// `managed`.
    pub managed: Field<bool>,
    /// `management_username`.
    pub management_username: Field<String>,
    /// What the table does not describe, kept.
    pub extra: Extra,
}

static CLASSIC_REMOTE_MANAGEMENT_UPDATE: Desc = Desc::new(
    "ComputerSubsetGeneralRemoteManagement",
    &[FieldDesc::new("managed", Kind::Bool), FieldDesc::new("management_username", Kind::Text)],
);
model!(ClassicRemoteManagementUpdate, CLASSIC_REMOTE_MANAGEMENT_UPDATE; 0 managed, 1 management_username);

/// What to change of the subset `location`.
#[derive(Clone, Default)]
pub struct ClassicLocationUpdate {
    /// `username`.
    pub username: Field<String>,
    /// `realname`.
    pub realname: Field<String>,
    /// `email_address`.
    pub email_address: Field<String>,
    /// `position`.
    pub position: Field<String>,
    /// `phone`.
    pub phone: Field<String>,
    /// `department`.
    pub department: Field<String>,
    /// `building`.
    pub building: Field<String>,
    /// `room`.
    pub room: Field<String>,
    /// What the table does not describe, kept.
    pub extra: Extra,
}

static CLASSIC_LOCATION_UPDATE: Desc = Desc::new(
    "ComputerSubsetLocation",
    &[
        FieldDesc::new("username", Kind::Text),
        FieldDesc::new("realname", Kind::Text),
        FieldDesc::new("email_address", Kind::Text),
        FieldDesc::new("position", Kind::Text),
        FieldDesc::new("phone", Kind::Text),
        FieldDesc::new("department", Kind::Text),
        FieldDesc::new("building", Kind::Text),
        FieldDesc::new("room", Kind::Text),
    ],
);
model!(ClassicLocationUpdate, CLASSIC_LOCATION_UPDATE; 0 username, 1 realname, 2 email_address, 3 position, 4 phone, 5 department, 6 building, 7 room);

//! A computer as the Classic API shows it.

use serde_json::Value;

use super::definitions::ATTRIBUTES;
use super::document::Document;
use super::identity::{DAY, NOW, day, time, uuid};
use super::titles::PROFILES;
use super::words::{BUILDINGS, DEPARTMENTS, GROUPS};
use super::{Record, Topic};

/// The parts of a record, as they are asked for and as they are named.
pub(crate) const SUBSETS: [(&str, &str); 11] = [
    ("general", "general"),
    ("location", "location"),
    ("purchasing", "purchasing"),
    ("peripherals", "peripherals"),
    ("hardware", "hardware"),
    ("certificates", "certificates"),
    ("security", "security"),
    ("software", "software"),
    ("extensionattributes", "extension_attributes"),
    ("groupsaccounts", "groups_accounts"),
    ("configurationprofiles", "configuration_profiles"),
];

impl Record<'_> {
    /// Appends the chosen parts, or all if `wanted` says so to each.
    pub(crate) fn classic(&self, doc: &mut Document<'_>, wanted: impl Fn(&str) -> bool) {
        for (_, part) in SUBSETS.iter().filter(|(_, part)| wanted(part)) {
            match *part {
                "general" => self.classic_general(doc),
                "location" => self.classic_location(doc),
                "purchasing" => self.classic_purchasing(doc),
                "peripherals" => doc.list(part, Some(0), |_| {}),
                "hardware" => self.classic_hardware(doc),
                "certificates" => self.classic_certificates(doc),
                "security" => self.classic_security(doc),
                "software" => self.classic_software(doc),
                "extension_attributes" => self.classic_attributes(doc),
                "groups_accounts" => self.classic_groups(doc),
                _ => self.classic_profiles(doc),
            }
        }
    }

    /// Appends the members of the list's subset "basic".
    pub(crate) fn classic_basic(&self, doc: &mut Document<'_>) {
        let reported = self.reported_at();
        doc.number("id", self.id as i64);
        doc.text("name", &self.name());
        doc.flag("managed", self.managed());
        doc.text("username", &self.written("userAndLocation.username", || self.person().username));
        doc.text("model", self.model().0);
        doc.text("department", &self.department());
        doc.text("building", &self.building());
        doc.text("mac_address", &self.written("hardware.macAddress", || self.mac_address(0)));
        doc.text("udid", &self.udid());
        doc.text("serial_number", &self.serial());
        doc.text("report_date_utc", &utc(reported));
        doc.number("report_date_epoch", reported * 1000);
    }

    /// The name as shown now.
    pub(crate) fn name(&self) -> String {
        self.written("general.name", || self.made_name())
    }

    fn serial(&self) -> String {
        self.written("hardware.serialNumber", || self.made_serial())
    }

    /// What was written to a field of the inventory, or what was made.
    fn written(&self, path: &str, made: impl FnOnce() -> String) -> String {
        match self.patch.as_deref().and_then(|patch| patch.member(path)) {
            None => made(),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) => String::new(),
            Some(other) => other.to_string(),
        }
    }

    fn managed(&self) -> bool {
        let written = self.patch.as_deref().and_then(|patch| patch.member("general.remoteManagement"));
        written.and_then(|part| part["managed"].as_bool()).unwrap_or(!self.id.is_multiple_of(25))
    }

    fn department(&self) -> String {
        let made = || self.place().0.map_or_else(String::new, |place| (place + 1).to_string());
        place_name(&DEPARTMENTS, &self.written("userAndLocation.departmentId", made))
    }

    fn building(&self) -> String {
        let made = || self.place().1.map_or_else(String::new, |place| (place + 1).to_string());
        place_name(&BUILDINGS, &self.written("userAndLocation.buildingId", made))
    }

    fn classic_general(&self, doc: &mut Document<'_>) {
        let reported = self.reported_at();
        let enrolled = NOW - (self.id % 1000 + 50) as i64 * DAY;
        doc.object("general", |doc| {
            doc.number("id", self.id as i64);
            doc.text("name", &self.name());
            doc.text("network_adapter_type", "IEEE80211");
            doc.text("mac_address", &self.written("hardware.macAddress", || self.mac_address(0)));
            doc.text("alt_network_adapter_type", "");
            doc.text("alt_mac_address", &self.written("hardware.altMacAddress", || self.mac_address(1)));
            doc.text("ip_address", &self.written("general.lastIpAddress", || self.ip_address()));
            doc.text("last_reported_ip", &self.ip_address());
            doc.text("serial_number", &self.serial());
            doc.text("udid", &self.udid());
            doc.text("jamf_version", "11.18.1-t1750000000");
            doc.text("platform", "Mac");
            doc.text("barcode_1", &self.written("general.barcode1", String::new));
            doc.text("barcode_2", &self.written("general.barcode2", String::new));
            doc.text("asset_tag", &self.written("general.assetTag", || self.made_asset_tag()));
            doc.object("remote_management", |doc| {
                doc.flag("managed", self.managed());
                doc.text("management_username", "ladmin");
            });
            doc.flag("supervised", true);
            doc.flag("mdm_capable", true);
            doc.object("mdm_capable_users", |doc| doc.text("mdm_capable_user", &self.person().username));
            doc.object("management_status", |doc| {
                doc.flag("enrolled_via_dep", true);
                doc.flag("user_approved_enrollment", true);
                doc.flag("user_approved_mdm", true);
            });
            for (name, at) in
                [("report_date", reported), ("last_contact_time", reported + 600), ("initial_entry_date", enrolled)]
            {
                let local = if name == "initial_entry_date" { day(at) } else { local(at) };
                doc.text(name, &local);
                stamps(doc, name, at);
            }
            doc.number("last_cloud_backup_date_epoch", 0);
            doc.text("last_cloud_backup_date_utc", "");
            stamps(doc, "last_enrolled_date", enrolled + 77);
            stamps(doc, "mdm_profile_expiration", enrolled + 1825 * DAY);
            doc.text("distribution_point", "Zürich – main & mirror");
            doc.text("sus", "");
            doc.object("site", |doc| {
                doc.number("id", -1);
                doc.text("name", "None");
            });
            doc.flag("itunes_store_account_is_active", self.id.is_multiple_of(3));
        });
    }

    fn classic_location(&self, doc: &mut Document<'_>) {
        let person = self.person();
        let phone = self.written("userAndLocation.phone", || "+41 44 555 01 23".to_owned());
        doc.object("location", |doc| {
            doc.text("username", &self.written("userAndLocation.username", || person.username.clone()));
            for name in ["realname", "real_name"] {
                doc.text(name, &self.written("userAndLocation.realname", || person.real_name.clone()));
            }
            doc.text("email_address", &self.written("userAndLocation.email", || person.email()));
            doc.text("position", &self.written("userAndLocation.position", || self.made_position().to_owned()));
            doc.text("phone", &phone);
            doc.text("phone_number", &phone);
            doc.text("department", &self.department());
            doc.text("building", &self.building());
            doc.text("room", &self.written("userAndLocation.room", || self.made_room()));
        });
    }

    fn classic_purchasing(&self, doc: &mut Document<'_>) {
        let bought = NOW - (self.id % 1500 + 60) as i64 * DAY;
        let written = |field: &str, made: &str| self.written(&format!("purchasing.{field}"), || made.to_owned());
        doc.object("purchasing", |doc| {
            doc.flag("is_purchased", true);
            doc.flag("is_leased", false);
            doc.text("po_number", &self.written("purchasing.poNumber", || format!("PO-{}", self.id)));
            doc.text("vendor", &written("vendor", "Smith & Sons"));
            doc.text("applecare_id", &written("appleCareId", ""));
            doc.text("purchase_price", &written("purchasePrice", "1’899.– CHF"));
            doc.text("purchasing_account", &written("purchasingAccount", "IT-4711"));
            for (name, at) in [("po_date", bought), ("warranty_expires", bought + 1095 * DAY)] {
                doc.text(name, &day(at));
                stamps(doc, name, at);
            }
            doc.text("lease_expires", "");
            doc.number("lease_expires_epoch", 0);
            doc.text("lease_expires_utc", "");
            doc.number("life_expectancy", 4);
            doc.text("purchasing_contact", &written("purchasingContact", "Ruth O'Neill"));
            doc.text("os_applecare_id", "");
            doc.text("os_maintenance_expires", "");
            doc.list("attachments", None, |_| {});
        });
    }

    fn classic_attributes(&self, doc: &mut Document<'_>) {
        doc.list("extension_attributes", None, |doc| {
            for attribute in &ATTRIBUTES {
                let written = self.patch.as_deref().and_then(|patch| patch.attribute(attribute.id));
                let value = match written {
                    Some(values) => values[0].as_str().unwrap_or_default(),
                    None => self.made_attribute(attribute).unwrap_or_default(),
                };
                doc.item("extension_attribute", |doc| {
                    doc.number("id", attribute.id.parse().unwrap_or_default());
                    doc.text("name", attribute.name);
                    doc.text(
                        "type",
                        match attribute.kind {
                            "INTEGER" => "Number",
                            "DATE_TIME" => "Date",
                            _ => "String",
                        },
                    );
                    doc.flag("multi_value", false);
                    doc.text("value", value);
                });
            }
        });
    }

    fn classic_groups(&self, doc: &mut Document<'_>) {
        let member = self.dice(Topic::Groups).next() | 1;
        let groups = GROUPS.iter().enumerate().filter(|(place, _)| member >> place & 1 == 1).map(|(_, group)| group.0);
        let person = self.person();
        let users = [("ladmin", "Local <Admin>"), (person.username.as_str(), person.real_name.as_str())];
        doc.object("groups_accounts", |doc| {
            doc.texts("computer_group_memberships", "group", groups);
            doc.list("local_accounts", None, |doc| {
                for (place, (name, real_name)) in users.iter().enumerate() {
                    doc.item("user", |doc| {
                        doc.text("name", name);
                        doc.text("realname", real_name);
                        doc.text("uid", if place == 0 { "80" } else { "501" });
                        doc.text("home", &format!("/Users/{name}"));
                        doc.text("home_size", "-1MB");
                        doc.number("home_size_mb", -1);
                        doc.flag("administrator", place == 0);
                        doc.flag("filevault_enabled", true);
                    });
                }
            });
            doc.object("user_inventories", |doc| {
                doc.flag("disable_automatic_login", true);
                // Elements may repeat, members may not: in JSON the server keeps the last.
                let kept = if doc.is_json() { &users[1..] } else { &users[..] };
                for (name, _) in kept {
                    doc.object("user", |doc| {
                        doc.text("username", name);
                        doc.text("password_history_depth", "");
                        doc.text("password_min_length", "8");
                        doc.text("password_max_age", "");
                        doc.text("password_min_complex_characters", "");
                        doc.text("password_require_alphanumeric", "false");
                    });
                }
            });
        });
    }

    fn classic_profiles(&self, doc: &mut Document<'_>) {
        let mut dice = self.dice(Topic::Profiles);
        doc.list("configuration_profiles", Some(4), |doc| {
            for (place, name) in PROFILES[..4].iter().enumerate() {
                doc.item("configuration_profile", |doc| {
                    doc.number("id", place as i64 + 1);
                    doc.text("name", name);
                    doc.text("uuid", &uuid(&mut dice));
                    doc.flag("is_removable", false);
                });
            }
        });
    }
}

/// A place's name by its id; nothing for ids that are nowhere.
fn place_name(table: &[&str], id: &str) -> String {
    let place = id.parse::<usize>().ok().and_then(|id| id.checked_sub(1));
    place.and_then(|place| table.get(place)).map_or_else(String::new, |name| (*name).to_owned())
}

fn stamps(doc: &mut Document<'_>, name: &str, at: i64) {
    doc.number(&format!("{name}_epoch"), at * 1000);
    doc.text(&format!("{name}_utc"), &utc(at));
}

/// `2025-07-15T12:00:00.000+0000`
pub(super) fn utc(at: i64) -> String {
    format!("{}.000+0000", &time(at)[..19])
}

/// `2025-07-15 12:00:00`
fn local(at: i64) -> String {
    time(at)[..19].replace('T', " ")
}

//! Who uses, owns and paid for the computer.

use super::attributes::ATTRIBUTES_KEY;
use super::identity::{DAY, NOW, day, uuid};
use super::json::Json;
use super::words::{GROUPS, POSITIONS};
use super::{Record, Topic};

impl Record<'_> {
    pub(super) fn user_and_location(&self, json: &mut Json<'_>) {
        let person = self.person();
        let (department, building) = self.place();
        json.open();
        json.text("username", &person.username);
        json.text("realname", &person.real_name);
        json.text("email", &person.email());
        json.text("position", self.made_position());
        json.maybe("phone", (!self.id.is_multiple_of(4)).then_some("+41 44 555 01 23"));
        json.maybe("departmentId", department.map(|place| (place + 1).to_string()).as_deref());
        json.maybe("buildingId", building.map(|place| (place + 1).to_string()).as_deref());
        json.text("room", &self.made_room());
        json.array(ATTRIBUTES_KEY, |json| self.attributes_of(json, "userAndLocation"));
        json.close();
    }

    pub(super) fn made_position(&self) -> &'static str {
        POSITIONS[(self.id % POSITIONS.len() as u64) as usize]
    }

    pub(super) fn made_room(&self) -> String {
        if self.id.is_multiple_of(7) { String::new() } else { format!("{}.{:02}", self.id % 9, self.id % 60) }
    }

    pub(super) fn purchasing(&self, json: &mut Json<'_>) {
        let mut dice = self.dice(Topic::Purchase);
        let bought = NOW - dice.between(60, 1600) * DAY;
        let leased = dice.percent(25);
        json.open();
        json.flag("leased", leased);
        json.flag("purchased", !leased);
        json.text("poNumber", &format!("PO-{}/{}", day(bought).get(..4).unwrap_or_default(), self.id));
        json.text("poDate", &day(bought));
        json.text("vendor", dice.pick(&["Example Vendor AG", "Smith & Sons", "株式会社サンプル", ""]));
        json.text("warrantyDate", &day(bought + 1095 * DAY));
        json.maybe("appleCareId", dice.percent(50).then_some("AC-0099"));
        json.maybe("leaseDate", leased.then(|| day(bought + 730 * DAY)).as_deref());
        json.text("purchasePrice", dice.pick(&["$2,499.00", "1’899.– CHF", "¥248,000", ""]));
        if self.is_odd(89, 4) {
            // Text where a number is declared.
            json.text("lifeExpectancy", "4 years");
        } else {
            json.number("lifeExpectancy", dice.between(3, 6));
        }
        json.text("purchasingAccount", "IT-4711");
        json.text("purchasingContact", "Ruth O'Neill");
        json.array(ATTRIBUTES_KEY, |json| self.attributes_of(json, "purchasing"));
        json.close();
    }

    pub(super) fn local_user_accounts(&self, json: &mut Json<'_>) {
        let mut dice = self.dice(Topic::Accounts);
        let person = self.person();
        json.out.push('[');
        for (uid, username, full_name, admin) in [
            ("501", person.username.as_str(), person.real_name.as_str(), dice.percent(30)),
            ("80", "ladmin", "Local <Admin>", true),
            ("502", "guest.lab", "Lab & Guest", false),
        ] {
            if uid == "502" && dice.percent(60) {
                continue;
            }
            json.item(|json| {
                json.text("uid", uid);
                json.text("userGuid", &uuid(&mut dice).to_uppercase());
                json.text("username", username);
                json.text("fullName", full_name);
                json.flag("admin", admin);
                json.text("homeDirectory", &format!("/Users/{username}"));
                json.number("homeDirectorySizeMb", dice.between(-1, 200_000));
                json.flag("fileVault2Enabled", uid != "502");
                json.text("userAccountType", if self.is_odd(67, 1) { "PLATFORM_SSO" } else { "LOCAL" });
                json.number("passwordMinLength", 8);
                json.number("passwordMaxAge", 0);
                json.number("passwordMinComplexCharacters", 1);
                json.number("passwordHistoryDepth", 0);
                json.flag("passwordRequireAlphanumeric", true);
                let entra = (uid == "501" && dice.percent(30)).then(|| uuid(&mut dice));
                json.maybe("computerAzureActiveDirectoryId", entra.as_deref());
                json.maybe("userAzureActiveDirectoryId", entra.as_deref());
                json.text("azureActiveDirectoryId", if entra.is_some() { "ACTIVATED" } else { "UNKNOWN" });
            });
        }
        json.end();
    }

    pub(super) fn group_memberships(&self, json: &mut Json<'_>) {
        let member = self.dice(Topic::Groups).next() | 1;
        json.out.push('[');
        for (place, (name, about, smart)) in GROUPS.iter().enumerate() {
            if member >> place & 1 == 0 {
                continue;
            }
            json.item(|json| {
                json.text("groupId", &(place + 1).to_string());
                json.text("groupName", name);
                json.text("groupDescription", about);
                json.flag("smartGroup", *smart);
            });
        }
        json.end();
    }
}

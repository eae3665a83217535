//! The section GENERAL, whose fields differ between versions.

use super::attributes::ATTRIBUTES_KEY;
use super::identity::{DAY, NOW, day, time};
use super::json::Json;
use super::{Record, Topic, Version, identity};

impl Record<'_> {
    pub(super) fn general(&self, json: &mut Json<'_>, version: Version) {
        let mut dice = self.dice(Topic::General);
        let ip = self.ip_address();
        let person = self.person();
        let reported = self.reported_at();
        json.open();
        json.text("name", &self.made_name());
        json.text("lastIpAddress", &ip);
        if version < 4 {
            json.text("lastReportedIp", &ip);
        }
        json.text("lastReportedIpV4", &ip);
        json.text("lastReportedIpV6", &format!("2001:db8::{:x}:{:x}", self.id >> 16, self.id & 0xFFFF));
        json.text("jamfBinaryVersion", "11.18.1-t1750000000");
        json.text("platform", "Mac");
        json.maybe("barcode1", dice.percent(60).then_some("5 12345 678900"));
        json.maybe("barcode2", dice.percent(30).then_some(""));
        if self.is_odd(97, 5) {
            // A number where text is declared.
            json.number("assetTag", 300_000 + self.id as i64);
        } else {
            json.text("assetTag", &self.made_asset_tag());
        }
        json.object("remoteManagement", |json| {
            json.flag("managed", !dice.percent(4));
            json.maybe("managementUsername", (!dice.percent(10)).then_some("ladmin"));
        });
        json.flag("supervised", !dice.percent(5));
        let mdm_id = identity::uuid(&mut dice);
        json.object("mdmCapable", |json| {
            json.flag("capable", true);
            json.array("capableUsers", |json| json.text_item(&person.username));
            json.array("userManagementInfo", |json| {
                json.item(|json| {
                    json.text("capableUser", &person.username);
                    json.text("managementId", &mdm_id);
                });
            });
        });
        json.text("reportDate", &time(reported));
        if version < 4 {
            json.text("lastContactTime", &time(reported + 600));
        } else {
            json.text("lastCheckIn", &time(reported + 600));
            json.text("lastContact", &time(reported + 660));
        }
        let backup = dice.percent(20).then(|| time(reported - DAY));
        json.maybe("lastCloudBackupDate", backup.as_deref());
        let enrolled = NOW - dice.between(50, 1500) * DAY;
        json.text("lastEnrolledDate", &time(enrolled + 77));
        json.text("mdmProfileExpiration", &time(enrolled + 1825 * DAY));
        json.text("initialEntryDate", &day(enrolled - 3 * DAY));
        json.maybe("distributionPoint", dice.percent(50).then_some("Zürich – main & mirror"));
        if dice.percent(8) {
            json.null("enrollmentMethod");
        } else {
            json.object("enrollmentMethod", |json| {
                json.text("id", "3");
                json.text(
                    "objectName",
                    &format!("PreStage \"{}\"", ["Staff", "Labs & Loaners"][dice.below(2) as usize]),
                );
                json.text("objectType", "PreStage enrollment");
            });
        }
        json.object("site", |json| {
            let (id, name) = dice.pick(&[("-1", "None"), ("1", "Headquarters"), ("2", "日本"), ("3", "R&D")]);
            json.text("id", id);
            json.text("name", name);
        });
        json.flag("itunesStoreAccountActive", dice.percent(30));
        json.flag("enrolledViaAutomatedDeviceEnrollment", dice.percent(85));
        json.flag("userApprovedMdm", true);
        json.flag("declarativeDeviceManagementEnabled", dice.percent(90));
        json.array(ATTRIBUTES_KEY, |json| self.attributes_of(json, "general"));
        json.text("managementId", &self.management_id());
        for way in ["SelfService", "Binary", "Mdm"] {
            let seen = dice.percent(70);
            json.maybe(&format!("lastLoggedInUsername{way}"), seen.then_some(person.username.as_str()));
            let at = seen.then(|| time(reported - dice.between(0, 9000)));
            json.maybe(&format!("lastLoggedInUsername{way}Timestamp"), at.as_deref());
        }
        json.close();
    }

    /// `general.assetTag` as enrolled; empty on some.
    pub(crate) fn made_asset_tag(&self) -> String {
        if self.id.is_multiple_of(11) { String::new() } else { format!("A-{:06}", self.id) }
    }
}

//! Certificates, profiles, printers and other things that came over the network.

use super::identity::{DAY, NOW, time, uuid};
use super::json::Json;
use super::titles::{PRINTERS, PROFILES};
use super::{Record, Topic};

impl Record<'_> {
    pub(super) fn certificates(&self, json: &mut Json<'_>) {
        let mut dice = self.dice(Topic::Certificates);
        let udid = self.udid();
        json.out.push('[');
        for (name, identity) in [
            (udid.as_str(), true),
            ("Example Org Root CA", false),
            ("Jamf Pro – Device \"Identity\"", true),
            ("Wi-Fi & VPN", true),
        ] {
            let issued = NOW - dice.between(0, 400) * DAY;
            let expires = issued + dice.between(200, 800) * DAY;
            json.item(|json| {
                json.text("commonName", name);
                json.flag("identity", identity);
                json.text("expirationDate", &time(expires));
                json.maybe("username", dice.percent(20).then_some("ladmin"));
                json.text("lifecycleStatus", if expires > NOW { "ACTIVE" } else { "INACTIVE" });
                json.text("certificateStatus", if expires > NOW { "ISSUED" } else { "EXPIRED" });
                json.text("subjectName", &format!("CN={name},O=Example Org,C=CH"));
                json.text("serialNumber", &format!("{:016x}", dice.next()));
                json.text(
                    "sha1Fingerprint",
                    &format!("{:016x}{:016x}{:08x}", dice.next(), dice.next(), dice.next() >> 32),
                );
                json.text("issuedDate", &time(issued));
            });
        }
        json.end();
    }

    pub(super) fn configuration_profiles(&self, json: &mut Json<'_>) {
        let mut dice = self.dice(Topic::Profiles);
        let installed = self.reported_at() - 3 * DAY;
        json.out.push('[');
        for (place, name) in
            PROFILES.iter().enumerate().filter(|(place, _)| *place < 4 || self.id % 3 == *place as u64 % 3)
        {
            let identifier = uuid(&mut dice);
            json.item(|json| {
                json.text("id", &(place + 1).to_string());
                json.maybe("username", (place == 9).then_some("ladmin"));
                json.text("lastInstalled", &time(installed + place as i64 * 61));
                json.flag("removable", place == 4);
                json.text("displayName", name);
                json.text("profileIdentifier", &identifier);
                json.maybe("uuid", (place != 7).then_some(identifier.as_str()));
            });
        }
        json.end();
    }

    pub(super) fn printers(&self, json: &mut Json<'_>) {
        let start = self.dice(Topic::Printers).below(PRINTERS.len() as u64) as usize;
        json.out.push('[');
        for (name, kind, place) in PRINTERS.iter().skip(start).take(2) {
            json.item(|json| {
                json.text("name", name);
                json.text("type", kind);
                json.text("uri", &format!("ipps://print.example.org/{start}?q=a&b=\"c\""));
                json.text("location", place);
            });
        }
        json.end();
    }

    pub(super) fn attachments(&self, json: &mut Json<'_>) {
        let mut dice = self.dice(Topic::Attachments);
        json.out.push('[');
        if dice.percent(25) {
            json.item(|json| {
                json.text("id", &self.id.to_string());
                json.text("name", "Invoice & receipt „final“.pdf");
                json.text("fileType", "application/pdf");
                json.number("sizeBytes", dice.between(10_000, 5_000_000_000));
            });
        }
        json.end();
    }

    pub(super) fn ibeacons(&self, json: &mut Json<'_>) {
        json.out.push('[');
        if self.id.is_multiple_of(6) {
            json.item(|json| json.text("name", "Lobby <north>"));
        }
        json.end();
    }

    /// Null on the many computers that do not cache for others.
    pub(super) fn content_caching(&self, json: &mut Json<'_>) {
        let mut dice = self.dice(Topic::Caching);
        if !dice.percent(30) {
            json.out.push_str("null");
            return;
        }
        let id = self.id.to_string();
        let at = time(self.reported_at() - 7200);
        json.open();
        json.text("computerContentCachingInformationId", &id);
        json.array("parents", |json| {
            json.item(|json| {
                json.text("contentCachingParentId", "1");
                json.text("address", "10.0.0.9");
                json.object("alerts", |json| {
                    json.text("contentCachingParentAlertId", "1");
                    json.array("addresses", |json| json.text_item("10.0.0.9"));
                    json.text("className", "ACCacheParentUnreachable");
                    json.text("postDate", &at);
                });
                json.object("details", |json| {
                    json.text("contentCachingParentDetailsId", "1");
                    json.flag("acPower", true);
                    json.number("cacheSizeBytes", 250_000_000_000);
                    json.object("capabilities", |json| {
                        json.text("contentCachingParentCapabilitiesId", "1");
                        for name in [
                            "imports",
                            "namespaces",
                            "personalContent",
                            "queryParameters",
                            "sharedContent",
                            "prioritization",
                        ] {
                            json.flag(name, name != "personalContent");
                        }
                    });
                    json.flag("portable", false);
                    json.array("localNetwork", |json| {
                        json.item(|json| {
                            json.text("contentCachingParentLocalNetworkId", "1");
                            json.number("speed", 10_000);
                            json.flag("wired", true);
                        });
                    });
                });
                json.text("guid", &uuid(&mut dice).to_uppercase());
                json.flag("healthy", true);
                json.number("port", 49_152);
                json.text("version", "239");
            });
        });
        json.array("alerts", |json| {
            json.item(|json| {
                json.number("cacheBytesLimit", 0);
                json.text("className", "ACCacheSpaceLow");
                json.text("pathPreventingAccess", "/Library/Application Support/Apple/AssetCache/Data");
                json.text("postDate", &at);
                json.number("reservedVolumeBytes", 2_000_000_000);
                json.text("resource", "");
            });
        });
        json.flag("activated", true);
        json.flag("active", true);
        json.number("actualCacheBytesUsed", 12_345_678_901);
        json.array("cacheDetails", |json| {
            for (place, name) in ["Mac Software", "iCloud", "Apple TV Software", "Other"].iter().enumerate() {
                json.item(|json| {
                    json.text("computerContentCachingCacheDetailsId", &place.to_string());
                    json.text("categoryName", name);
                    json.number("diskSpaceBytesUsed", dice.between(0, 90_000_000_000));
                });
            }
        });
        json.number("cacheBytesFree", dice.between(0, 500_000_000_000));
        json.number("cacheBytesLimit", 0);
        json.text("cacheStatus", "OK");
        json.number("cacheBytesUsed", 12_345_678_901);
        json.flag("dataMigrationCompleted", true);
        json.number("dataMigrationProgressPercentage", 100);
        json.object("dataMigrationError", |json| {
            json.number("code", 0);
            json.text("domain", "");
            json.array("userInfo", |json| {
                json.item(|json| {
                    json.text("key", "reason");
                    json.text("value", "don't know");
                });
            });
        });
        json.number("maxCachePressureLast1HourPercentage", dice.between(0, 100));
        for name in ["personalCacheBytesFree", "personalCacheBytesLimit", "personalCacheBytesUsed"] {
            json.number(name, dice.between(0, 1 << 40));
        }
        json.number("port", 49_152);
        json.text("publicAddress", "203.0.113.7");
        json.text("registrationError", "NOT_ACTIVATED");
        json.number("registrationResponseCode", 200);
        json.text("registrationStarted", &at);
        json.text("registrationStatus", "CONTENT_CACHING_SUCCEEDED");
        json.flag("restrictedMedia", false);
        json.text("serverGuid", &uuid(&mut dice).to_uppercase());
        json.text("startupStatus", "OK");
        json.text("tetheratorStatus", "CONTENT_CACHING_DISABLED");
        json.text("totalBytesAreSince", &at);
        for name in [
            "totalBytesDropped",
            "totalBytesImported",
            "totalBytesReturnedToChildren",
            "totalBytesReturnedToClients",
            "totalBytesReturnedToPeers",
            "totalBytesStoredFromOrigin",
            "totalBytesStoredFromParents",
            "totalBytesStoredFromPeers",
        ] {
            json.number(name, dice.between(0, 1 << 44));
        }
        json.close();
    }
}

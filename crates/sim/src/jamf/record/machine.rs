//! The machine itself: hardware, disks, system, security.

use super::attributes::ATTRIBUTES_KEY;
use super::identity::{DAY, NOW, time};
use super::json::Json;
use super::{Record, Topic};

impl Record<'_> {
    pub(super) fn hardware(&self, json: &mut Json<'_>) {
        let mut dice = self.dice(Topic::Hardware);
        let &(model, identifier, apple, processor, cores, memory) = self.model();
        let portable = model.contains("Book");
        json.open();
        json.text("make", "Apple");
        json.text("model", model);
        json.text("modelIdentifier", identifier);
        json.text("serialNumber", &self.made_serial());
        json.number("processorSpeedMhz", if apple { 3480 } else { 2000 });
        json.number("processorCount", 1);
        json.number("coreCount", cores);
        json.text("processorType", processor);
        json.text("processorArchitecture", if apple { "arm64" } else { "x86_64" });
        json.number("busSpeedMhz", 0);
        json.number("cacheSizeKilobytes", if apple { 0 } else { 6144 });
        json.text("networkAdapterType", "IEEE80211");
        json.text("macAddress", &self.mac_address(0));
        json.text("altNetworkAdapterType", if portable { "" } else { "Ethernet" });
        if portable {
            json.null("altMacAddress");
        } else {
            json.text("altMacAddress", &self.mac_address(1));
        }
        json.number("totalRamMegabytes", memory);
        json.number("openRamSlots", 0);
        json.number("batteryCapacityPercent", if portable { dice.between(60, 101) } else { -1 });
        json.text(
            "batteryHealth",
            if self.is_odd(61, 7) {
                "CHARGE_LIMITED"
            } else if portable {
                dice.pick(&["NORMAL", "NORMAL", "NORMAL", "SERVICE_RECOMMENDED", "UNKNOWN"])
            } else {
                "UNSUPPORTED"
            },
        );
        json.maybe("smcVersion", (!apple).then_some("2.2f38"));
        json.text("nicSpeed", "n/a");
        json.text("opticalDrive", "");
        json.text("bootRom", if apple { "11881.121.1" } else { "2075.120.4.0.0 (iBridge: 22.16.15072)" });
        json.flag("bleCapable", true);
        json.flag("supportsIosAppInstalls", apple);
        json.flag("appleSilicon", apple);
        json.text("provisioningUdid", &format!("0000{:04X}-{:016X}", self.id & 0xFFFF, dice.next()));
        if self.is_odd(50, 9) {
            // What a newer server might add.
            json.number("neuralEngineCores", 16);
        }
        json.array(ATTRIBUTES_KEY, |json| self.attributes_of(json, "hardware"));
        json.close();
    }

    pub(super) fn operating_system(&self, json: &mut Json<'_>) {
        let &(version, build, supplemental, rapid) = self.system();
        json.open();
        json.text("name", if version.starts_with("10.") { "Mac OS X" } else { "macOS" });
        json.text("version", version);
        json.text("build", build);
        json.maybe("supplementalBuildVersion", (!supplemental.is_empty()).then_some(supplemental));
        json.text("rapidSecurityResponse", rapid);
        json.text("activeDirectoryStatus", if self.id.is_multiple_of(9) { "corp.example.org" } else { "Not Bound" });
        json.text("fileVault2Status", if self.encrypted() { "ALL_ENCRYPTED" } else { "NOT_ENCRYPTED" });
        json.text("softwareUpdateDeviceId", if self.model().2 { "J414sAP" } else { "Mac-7BA5B2D9E42DDD94" });
        json.array(ATTRIBUTES_KEY, |json| self.attributes_of(json, "operatingSystem"));
        json.close();
    }

    fn encrypted(&self) -> bool {
        self.dice(Topic::Encryption).percent(93)
    }

    pub(super) fn disk_encryption(&self, json: &mut Json<'_>) {
        let encrypted = self.encrypted();
        json.open();
        json.object("bootPartitionEncryptionDetails", |json| {
            json.text("partitionName", "Macintosh HD (Boot Partition)");
            json.text("partitionFileVault2State", if encrypted { "ENCRYPTED" } else { "UNENCRYPTED" });
            json.number("partitionFileVault2Percent", if encrypted { 100 } else { 0 });
        });
        json.text("individualRecoveryKeyValidityStatus", if encrypted { "VALID" } else { "NOT_APPLICABLE" });
        json.flag("institutionalRecoveryKeyPresent", false);
        json.maybe("diskEncryptionConfigurationName", encrypted.then_some("Escrow & rotate"));
        json.flag("fileVault2Enabled", encrypted);
        json.array("fileVault2EnabledUserNames", |json| {
            if encrypted {
                json.text_item(&self.person().username);
                json.text_item("ladmin");
            }
        });
        json.text("fileVault2EligibilityMessage", if encrypted { "" } else { "Not a boot partition" });
        json.close();
    }

    pub(super) fn storage(&self, json: &mut Json<'_>) {
        let mut dice = self.dice(Topic::Storage);
        let size = dice.pick(&[245_107_i64, 500_277, 994_662, 2_001_111]);
        let used = dice.between(8, 99);
        let free = size / 100 * (100 - used);
        let state = if self.encrypted() { "ENCRYPTED" } else { "UNENCRYPTED" };
        json.open();
        json.number("bootDriveAvailableSpaceMegabytes", free);
        json.array("disks", |json| {
            json.item(|json| {
                json.text("id", &(self.id * 3).to_string());
                json.text("device", "disk0");
                json.text("model", "APPLE SSD AP0512Z");
                json.text("revision", "2420.121");
                json.text("serialNumber", &format!("0ba{:012x}", dice.next() & 0xFFFF_FFFF_FFFF));
                json.number("sizeMegabytes", size);
                json.text("smartStatus", if self.is_odd(83, 3) { "Überprüfen" } else { "Verified" });
                json.text("type", "NVMe");
                json.array("partitions", |json| {
                    for (name, kind, size, free) in [
                        ("Macintosh HD (Boot Partition)", "BOOT", size, free),
                        ("Data", "OTHER", size, free),
                        ("Recovery", "RECOVERY", 5_369, 3_412),
                    ] {
                        json.item(|json| {
                            json.text("name", name);
                            json.number("sizeMegabytes", size);
                            json.number("availableMegabytes", free);
                            json.text("partitionType", kind);
                            json.number("percentUsed", used);
                            json.text("fileVault2State", state);
                            if state == "ENCRYPTED" {
                                json.number("fileVault2ProgressPercent", 100);
                            } else {
                                json.null("fileVault2ProgressPercent");
                            }
                            json.flag("lvmManaged", false);
                        });
                    }
                });
            });
        });
        json.close();
    }

    pub(super) fn security(&self, json: &mut Json<'_>) {
        let mut dice = self.dice(Topic::Security);
        let apple = self.model().2;
        json.open();
        json.text(
            "sipStatus",
            if self.is_odd(71, 2) {
                "CUSTOM_CONFIGURATION"
            } else {
                dice.pick(&["ENABLED", "ENABLED", "ENABLED", "DISABLED", "NOT_COLLECTED"])
            },
        );
        json.text("gatekeeperStatus", dice.pick(&["APP_STORE_AND_IDENTIFIED_DEVELOPERS", "APP_STORE", "DISABLED"]));
        json.text("xprotectVersion", "5305");
        json.flag("autoLoginDisabled", !dice.percent(5));
        json.flag("remoteDesktopEnabled", dice.percent(20));
        json.flag("activationLockEnabled", dice.percent(30));
        json.flag("recoveryLockEnabled", apple && dice.percent(60));
        json.flag("firewallEnabled", dice.percent(80));
        json.text("secureBootLevel", if apple { "FULL_SECURITY" } else { "NOT_SUPPORTED" });
        json.text("externalBootLevel", "DISALLOW_BOOTING_FROM_EXTERNAL_MEDIA");
        json.flag("bootstrapTokenAllowed", true);
        json.text("bootstrapTokenEscrowedStatus", if dice.percent(90) { "ESCROWED" } else { "NOT_ESCROWED" });
        let attested = dice.percent(70).then(|| time(NOW - dice.between(0, 30) * DAY));
        json.maybe("lastAttestationAttempt", attested.as_deref());
        json.maybe("lastSuccessfulAttestation", attested.as_deref());
        json.text("attestationStatus", if attested.is_some() { "SUCCESS" } else { "PENDING" });
        json.close();
    }
}

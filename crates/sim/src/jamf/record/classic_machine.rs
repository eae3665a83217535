//! The machine and its software as the Classic API shows them: the bulk of its records.

use super::classic::utc;
use super::document::Document;
use super::identity::{DAY, NOW};
use super::software::installed;
use super::titles::{FONTS, PACKAGES, SERVICES};
use super::{Record, Topic};

/// Bytes of a record in JSON without its applications, and of one application: measured.
const REST: u64 = 6_600;
const APPLICATION: u64 = 98;

impl Record<'_> {
    pub(super) fn classic_hardware(&self, doc: &mut Document<'_>) {
        let &(model, identifier, apple, processor, cores, memory) = self.model();
        let &(version, build, ..) = self.system();
        let mut dice = self.dice(Topic::Storage);
        doc.object("hardware", |doc| {
            doc.text("make", "Apple");
            doc.text("model", model);
            doc.text("model_identifier", identifier);
            doc.text("os_name", "macOS");
            doc.text("os_version", version);
            doc.text("os_build", build);
            doc.text("software_update_device_id", "J414sAP");
            doc.text("active_directory_status", "Not Bound");
            doc.text("service_pack", "");
            doc.text("processor_type", processor);
            doc.flag("is_apple_silicon", apple);
            doc.text("processor_architecture", if apple { "arm64" } else { "x86_64" });
            for name in ["processor_speed", "processor_speed_mhz"] {
                doc.number(name, if apple { 3480 } else { 2000 });
            }
            doc.number("number_processors", 1);
            doc.number("number_cores", cores);
            doc.number("total_ram", memory);
            doc.number("total_ram_mb", memory);
            doc.text("boot_rom", "11881.121.1");
            doc.number("bus_speed", 0);
            doc.number("bus_speed_mhz", 0);
            doc.number("battery_capacity", dice.between(60, 101));
            doc.number("cache_size", 0);
            doc.number("cache_size_kb", 0);
            doc.number("available_ram_slots", 0);
            doc.text("optical_drive", "");
            doc.text("nic_speed", "n/a");
            doc.text("smc_version", "");
            doc.flag("ble_capable", true);
            doc.flag("supports_ios_app_installs", apple);
            doc.text("sip_status", "Enabled");
            doc.text("gatekeeper_status", "App Store and identified developers");
            doc.text("xprotect_version", "5305");
            doc.text("institutional_recovery_key", "Not Present");
            doc.text("disk_encryption_configuration", "Escrow & rotate");
            doc.texts("filevault2_users", "user", [self.person().username.as_str(), "ladmin"]);
            doc.list("storage", None, |doc| {
                doc.item("device", |doc| {
                    doc.text("disk", "disk0");
                    doc.text("model", "APPLE SSD AP0512Z");
                    doc.text("revision", "2420.121");
                    doc.text("serial_number", &format!("0ba{:012x}", dice.next() & 0xFFFF_FFFF_FFFF));
                    doc.number("size", 500_277);
                    doc.number("drive_capacity_mb", 500_277);
                    doc.text("connection_type", "NO");
                    doc.text("smart_status", "Verified");
                    doc.list("partitions", None, |doc| {
                        doc.item("partition", |doc| {
                            doc.text("name", "Macintosh HD (Boot Partition)");
                            doc.number("size", 500_277);
                            doc.text("type", "boot");
                            doc.number("partition_capacity_mb", 500_277);
                            doc.number("percentage_full", dice.between(8, 99));
                            doc.text("filevault_status", "Encrypted");
                            doc.number("filevault_percent", 100);
                            doc.text("filevault2_status", "Encrypted");
                            doc.number("filevault2_percent", 100);
                            doc.number("boot_drive_available_mb", dice.between(1000, 490_000));
                        });
                    });
                });
            });
            doc.list("mapped_printers", None, |_| {});
        });
    }

    pub(super) fn classic_certificates(&self, doc: &mut Document<'_>) {
        let expires = NOW + (self.id % 700) as i64 * DAY;
        let udid = self.udid();
        doc.list("certificates", None, |doc| {
            for (name, identity) in [(udid.as_str(), true), ("Example Org Root CA", false)] {
                doc.item("certificate", |doc| {
                    doc.text("common_name", name);
                    doc.flag("identity", identity);
                    doc.text("expires_utc", &utc(expires));
                    doc.number("expires_epoch", expires * 1000);
                    doc.text("name", "");
                });
            }
        });
    }

    pub(super) fn classic_security(&self, doc: &mut Document<'_>) {
        doc.object("security", |doc| {
            doc.flag("activation_lock", false);
            doc.flag("recovery_lock_enabled", self.id.is_multiple_of(2));
            doc.text("secure_boot_level", "full");
            doc.text("external_boot_level", "not supported");
            doc.flag("firewall_enabled", true);
        });
    }

    pub(super) fn classic_software(&self, doc: &mut Document<'_>) {
        let count = self.mould.classic_size.saturating_sub(REST) / APPLICATION;
        doc.object("software", |doc| {
            doc.texts("unix_executables", "string", []);
            doc.texts("licensed_software", "name", ["Final Cut Pro", "Sketch & Co."]);
            doc.texts("installed_by_casper", "package", PACKAGES[..6].iter().copied());
            doc.texts("installed_by_installer_swu", "package", ["com.apple.pkg.MRTConfigData"]);
            doc.texts("cached_by_casper", "package", []);
            doc.texts("available_software_updates", "name", ["macOS Sequoia 15.6.1"]);
            doc.list("available_updates", None, |doc| {
                doc.item("update", |doc| {
                    doc.text("name", "macOS Sequoia 15.6.1");
                    doc.text("package_name", "MSU_UPDATE_24G90_patch_15.6.1_minor");
                    doc.text("version", "15.6.1");
                });
            });
            doc.texts("running_services", "name", SERVICES[..12].iter().copied());
            doc.list("applications", Some(count as usize), |doc| {
                for (place, release) in self.installed_apps(count) {
                    let (name, path, version) = installed(place, release);
                    doc.item("application", |doc| {
                        doc.text("name", &format!("{name}.app"));
                        doc.text("path", &path);
                        doc.text("version", &version);
                    });
                }
            });
            doc.list("fonts", Some(2), |doc| {
                for name in &FONTS[..2] {
                    doc.item("font", |doc| {
                        doc.text("name", name);
                        doc.text("path", "/Library/Fonts/");
                        doc.text("version", "17.0d1e1");
                    });
                }
            });
            doc.list("plugins", Some(0), |_| {});
        });
    }
}

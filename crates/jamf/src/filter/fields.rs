//! The fields by which the inventory can be filtered and sorted: every single value of its single-object sections
//! (version 4 of the schema, and the two that versions 1 to 3 call otherwise).
//!
//! The list is here so that a typo is found before it reads a whole fleet; since it grows old with the server,
//! [`field_unchecked`](crate::field_unchecked) gets past it.

use adjutant_core::{Error, Result};

/// The fields, sorted.
pub(crate) const INVENTORY: &[&str] = &[
    "diskEncryption.bootPartitionEncryptionDetails.partitionFileVault2Percent",
    "diskEncryption.bootPartitionEncryptionDetails.partitionFileVault2State",
    "diskEncryption.bootPartitionEncryptionDetails.partitionName",
    "diskEncryption.diskEncryptionConfigurationName",
    "diskEncryption.fileVault2EligibilityMessage",
    "diskEncryption.fileVault2Enabled",
    "diskEncryption.individualRecoveryKeyValidityStatus",
    "diskEncryption.institutionalRecoveryKeyPresent",
    "general.assetTag",
    "general.barcode1",
    "general.barcode2",
    "general.declarativeDeviceManagementEnabled",
    "general.distributionPoint",
    "general.enrolledViaAutomatedDeviceEnrollment",
    "general.enrollmentMethod.id",
    "general.enrollmentMethod.objectName",
    "general.enrollmentMethod.objectType",
    "general.initialEntryDate",
    "general.itunesStoreAccountActive",
    "general.jamfBinaryVersion",
    "general.lastCheckIn",
    "general.lastCloudBackupDate",
    "general.lastContact",
    "general.lastContactTime",
    "general.lastEnrolledDate",
    "general.lastIpAddress",
    "general.lastLoggedInUsernameBinary",
    "general.lastLoggedInUsernameBinaryTimestamp",
    "general.lastLoggedInUsernameMdm",
    "general.lastLoggedInUsernameMdmTimestamp",
    "general.lastLoggedInUsernameSelfService",
    "general.lastLoggedInUsernameSelfServiceTimestamp",
    "general.lastReportedIp",
    "general.lastReportedIpV4",
    "general.lastReportedIpV6",
    "general.managementId",
    "general.mdmCapable.capable",
    "general.mdmProfileExpiration",
    "general.name",
    "general.platform",
    "general.remoteManagement.managed",
    "general.remoteManagement.managementUsername",
    "general.reportDate",
    "general.site.id",
    "general.site.name",
    "general.supervised",
    "general.userApprovedMdm",
    "hardware.altMacAddress",
    "hardware.altNetworkAdapterType",
    "hardware.appleSilicon",
    "hardware.batteryCapacityPercent",
    "hardware.batteryHealth",
    "hardware.bleCapable",
    "hardware.bootRom",
    "hardware.busSpeedMhz",
    "hardware.cacheSizeKilobytes",
    "hardware.coreCount",
    "hardware.macAddress",
    "hardware.make",
    "hardware.model",
    "hardware.modelIdentifier",
    "hardware.networkAdapterType",
    "hardware.nicSpeed",
    "hardware.openRamSlots",
    "hardware.opticalDrive",
    "hardware.processorArchitecture",
    "hardware.processorCount",
    "hardware.processorSpeedMhz",
    "hardware.processorType",
    "hardware.provisioningUdid",
    "hardware.serialNumber",
    "hardware.smcVersion",
    "hardware.supportsIosAppInstalls",
    "hardware.totalRamMegabytes",
    "id",
    "operatingSystem.activeDirectoryStatus",
    "operatingSystem.build",
    "operatingSystem.fileVault2Status",
    "operatingSystem.name",
    "operatingSystem.rapidSecurityResponse",
    "operatingSystem.softwareUpdateDeviceId",
    "operatingSystem.supplementalBuildVersion",
    "operatingSystem.version",
    "purchasing.appleCareId",
    "purchasing.leaseDate",
    "purchasing.leased",
    "purchasing.lifeExpectancy",
    "purchasing.poDate",
    "purchasing.poNumber",
    "purchasing.purchasePrice",
    "purchasing.purchased",
    "purchasing.purchasingAccount",
    "purchasing.purchasingContact",
    "purchasing.vendor",
    "purchasing.warrantyDate",
    "security.activationLockEnabled",
    "security.attestationStatus",
    "security.autoLoginDisabled",
    "security.bootstrapTokenAllowed",
    "security.bootstrapTokenEscrowedStatus",
    "security.externalBootLevel",
    "security.firewallEnabled",
    "security.gatekeeperStatus",
    "security.lastAttestationAttempt",
    "security.lastSuccessfulAttestation",
    "security.recoveryLockEnabled",
    "security.remoteDesktopEnabled",
    "security.secureBootLevel",
    "security.sipStatus",
    "security.xprotectVersion",
    "udid",
    "userAndLocation.buildingId",
    "userAndLocation.departmentId",
    "userAndLocation.email",
    "userAndLocation.phone",
    "userAndLocation.position",
    "userAndLocation.realname",
    "userAndLocation.room",
    "userAndLocation.username",
];

/// Refuses a name that is not in the list, with the closest one that is.
pub(crate) fn check(name: &str, fields: &[&str]) -> Result<()> {
    if fields.contains(&name) {
        return Ok(());
    }
    let message = format!(
        "{:?} is not a field that the inventory can be filtered or sorted by",
        adjutant_core::error::tame(name, 80)
    );
    let section = name.split_once('.').map_or("", |(section, _)| section);
    let of_section: Vec<&str> =
        fields.iter().copied().filter(|f| f.split_once('.').is_some_and(|(s, _)| s == section)).collect();
    let hint = match crate::suggest::closest(name, fields) {
        Some(close) => format!("did you mean {close:?}?"),
        None if !of_section.is_empty() => format!("there are: {}", of_section.join(", ")),
        None => "the fields are id, udid and those of general, hardware, operatingSystem, security, diskEncryption, \
                 purchasing and userAndLocation"
            .to_owned(),
    };
    Err(Error::usage(format!("{message}; {hint}")).with_hint(format!("{hint} field_unchecked(…) sends any name")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_is_named_with_what_was_meant() {
        assert!(INVENTORY.is_sorted());
        assert!(check("userAndLocation.buildingId", INVENTORY).is_ok());
        let error = check("serAndLocation.buildingId", INVENTORY).unwrap_err();
        assert!(error.to_string().contains("did you mean \"userAndLocation.buildingId\"?"), "{error}");
        assert!(check("general.nmae", INVENTORY).unwrap_err().to_string().contains("general.name"));
        assert!(check("purchasing.x", INVENTORY).unwrap_err().to_string().contains("purchasing.vendor"));
        assert!(check("", INVENTORY).is_err());
    }
}

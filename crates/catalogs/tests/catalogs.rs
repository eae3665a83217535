//! What the catalogs hold, and that they hang together.

use adjutant_catalogs::{Catalog, Place, Safety, Shape, Verb, jamf_classic, jamf_pro, pack, unpack};

fn references<'a>(shape: &'a Shape, to: &mut Vec<&'a str>) {
    match shape {
        Shape::Ref(name) => to.push(name),
        Shape::List(inner) | Shape::Map(inner) => references(inner, to),
        Shape::Object(fields) => fields.iter().for_each(|f| references(&f.shape, to)),
        Shape::All(parts) | Shape::One { of: parts, .. } => parts.iter().for_each(|p| references(p, to)),
        _ => {}
    }
}

fn hangs_together(catalog: &Catalog) {
    let mut names = Vec::new();
    catalog.schemas.iter().for_each(|s| references(&s.shape, &mut names));
    for operation in &catalog.operations {
        assert_eq!(catalog.find(operation.verb, &operation.path).map(|o| &o.id), Some(&operation.id));
        let bodies = operation.body.iter().flat_map(|b| &b.media);
        let answers = operation.answers.iter().flat_map(|a| &a.media);
        bodies.chain(answers).for_each(|m| references(&m.shape, &mut names));
        // Every place in the template has its parameter.
        let places = operation.path.matches('{').count();
        let given = operation
            .params
            .iter()
            .filter(|p| p.place == Place::Path && operation.path.contains(&format!("{{{}}}", p.name)));
        let given: std::collections::BTreeSet<_> = given.map(|p| &p.name).collect();
        assert!(given.len() <= places, "{}", operation.id);
        if catalog.name == "jamf-pro" {
            assert_eq!(given.len(), places, "{}", operation.id);
        }
    }
    for name in names {
        assert!(catalog.schema(name).is_some(), "{name}");
    }
    let packed = pack(catalog).unwrap();
    assert_eq!(&unpack(&packed).unwrap(), catalog);
    assert!(packed.len() < 150_000);
}

#[test]
fn jamf_pro_is_whole() {
    let catalog = jamf_pro();
    assert_eq!((catalog.operations.len(), catalog.schemas.len(), catalog.base.as_str()), (817, 738, "/api"));
    assert_eq!(catalog.operations.iter().filter(|o| o.deprecated.is_some()).count(), 140);
    hangs_together(catalog);
}

#[test]
fn jamf_classic_is_whole() {
    let catalog = jamf_classic();
    // 444 methods and the one that the vendor spells " delete".
    assert_eq!((catalog.operations.len(), catalog.base.as_str()), (445, "/JSSResource"));
    assert!(catalog.find(Verb::Delete, "/patchexternalsources/id/{id}").is_some());
    let computer = catalog.find(Verb::Get, "/computers/id/{id}").unwrap();
    assert_eq!(computer.result(), Some(&Shape::Ref("computers.ResponseComputer".into())));
    hangs_together(catalog);
}

#[test]
fn what_cannot_be_put_back_is_destructive() {
    let class =
        |catalog: &Catalog, verb, path: &str| catalog.find(verb, path).unwrap_or_else(|| panic!("{path}")).safety;
    let pro = jamf_pro();
    for path in [
        "/v4/computers-inventory/{id}/erase",
        "/v4/computers-inventory/{id}/remove-mdm-profile",
        "/v1/categories/delete-multiple",
        "/v2/mdm/commands",
    ] {
        assert_eq!(class(pro, Verb::Post, path), Safety::Destructive, "{path}");
    }
    assert_eq!(class(pro, Verb::Post, "/v1/oauth/token"), Safety::Read);
    assert_eq!(class(pro, Verb::Post, "/v1/categories"), Safety::Write);
    for catalog in [pro, jamf_classic()] {
        for operation in &catalog.operations {
            match operation.verb {
                Verb::Get => assert_eq!(operation.safety, Safety::Read),
                Verb::Delete => assert_eq!(operation.safety, Safety::Destructive),
                Verb::Put | Verb::Patch => assert_ne!(operation.safety, Safety::Read),
                Verb::Post => assert!(!operation.idempotent || operation.safety == Safety::Read),
            }
        }
    }
}

#[test]
fn secrets_are_marked() {
    let catalog = jamf_pro();
    let secret = |schema: &str, field: &str| {
        let schema = catalog.schema(schema).unwrap();
        catalog.fields(&schema.shape).unwrap().iter().find(|f| f.name == field).unwrap().sensitive
    };
    assert!(secret("OAuthTokenResponse", "access_token"));
    assert!(secret("ComputerInventoryDeviceLockPinResponse", "pin"));
    assert!(secret("ComputerInventoryRecoveryLockPasswordResponse", "recoveryLockPassword"));
    assert!(!secret("ComputerInventoryV4", "udid"));
}

#[test]
fn an_inherited_schema_has_all_its_fields() {
    let catalog = jamf_pro();
    let fields = catalog.fields(&catalog.schema("EraseDeviceCommand").unwrap().shape).unwrap();
    let names: Vec<&str> = fields.iter().map(|f| f.name.as_str()).collect();
    assert!(names.contains(&"commandType") && names.contains(&"pin"), "{names:?}");
}

#[test]
fn damaged_data_is_an_error() {
    assert!(unpack(b"").is_err());
    assert!(unpack(b"\xff\xff\xff").is_err());
}

//! A record with a field of each kind, contained in itself.

use adjutant_schema::{Desc, Extra, FieldDesc, Kind, model};
use std::collections::BTreeMap;

#[derive(Clone, Default)]
pub struct Node {
    pub name: Option<String>,
    pub flag: Option<bool>,
    pub count: Option<i64>,
    pub load: Option<f64>,
    pub any: Option<serde_json::Value>,
    pub inner: Option<Box<Node>>,
    pub list: Option<Vec<Node>>,
    pub texts: Option<Vec<String>>,
    pub map: Option<BTreeMap<String, i64>>,
    pub extra: Extra,
}

static NODE: Desc = Desc::new("Node", &[
    FieldDesc::new("name", Kind::Text),
    FieldDesc::new("flag", Kind::Bool),
    FieldDesc::new("count", Kind::Int),
    FieldDesc::new("load", Kind::Float),
    FieldDesc::new("any", Kind::Any),
    FieldDesc::new("inner", Kind::Record(&NODE)),
    FieldDesc::new("list", Kind::List(&Kind::Record(&NODE))).item("node"),
    FieldDesc::new("texts", Kind::List(&Kind::Text)),
    FieldDesc::new("map", Kind::Map(&Kind::Int)),
]);
model! { Node, NODE; 0 name, 1 flag, 2 count, 3 load, 4 any, 5 inner, 6 list, 7 texts, 8 map }

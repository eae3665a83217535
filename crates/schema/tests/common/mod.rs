//! A small family of records as generated code writes them.
#![allow(dead_code, unreachable_pub)]

use adjutant_schema::{Desc, Extra, Field, FieldDesc, Flags, Kind, model, open_enum};
use std::collections::BTreeMap;

open_enum! {
    /// A platform.
    pub enum Platform {
        /// Mac.
        Mac = "Mac",
        /// Windows.
        Windows = "Windows",
    }
}

#[derive(Clone, Default)]
pub struct Computer {
    pub id: Option<String>,
    pub general: Option<General>,
    pub apps: Option<Vec<App>>,
    pub extra: Extra,
}
static COMPUTER: Desc = Desc::new(
    "Computer",
    &[
        FieldDesc::new("id", Kind::Text).with(Flags::REQUIRED),
        FieldDesc::new("general", Kind::Record(&GENERAL)),
        FieldDesc::new("apps", Kind::List(&Kind::Record(&APP))).item("app"),
    ],
)
.rooted("computer");
model! { Computer, COMPUTER; 0 id, 1 general, 2 apps }

#[derive(Clone, Default)]
pub struct General {
    pub name: Option<String>,
    pub platform: Option<Platform>,
    pub supervised: Option<bool>,
    pub count: Option<i64>,
    pub load: Option<f64>,
    pub password: Option<String>,
    pub tags: Option<Vec<String>>,
    pub sites: Option<BTreeMap<String, Vec<String>>>,
    pub any: Option<serde_json::Value>,
    pub extra: Extra,
}
static GENERAL: Desc = Desc::new(
    "General",
    &[
        FieldDesc::new("name", Kind::Text).with(Flags::REQUIRED),
        FieldDesc::new("platform", Kind::Enum(Platform::NAMES)),
        FieldDesc::new("supervised", Kind::Bool),
        FieldDesc::new("count", Kind::Int),
        FieldDesc::new("load", Kind::Float),
        FieldDesc::new("password", Kind::Text).with(Flags::SENSITIVE),
        FieldDesc::new("tags", Kind::List(&Kind::Text)),
        FieldDesc::new("sites", Kind::Map(&Kind::List(&Kind::Text))),
        FieldDesc::new("any", Kind::Any),
    ],
);
model! { General, GENERAL; 0 name, 1 platform, 2 supervised, 3 count, 4 load, 5 password, 6 tags, 7 sites, 8 any }

#[derive(Clone, Default)]
pub struct App {
    pub name: Option<String>,
    pub size: Option<i64>,
    pub extra: Extra,
}
static APP: Desc = Desc::new("App", &[FieldDesc::new("name", Kind::Text), FieldDesc::new("size", Kind::Int)]);
model! { App, APP; 0 name, 1 size }

#[derive(Clone, Default)]
pub struct Update {
    pub name: Field<String>,
    pub room: Field<String>,
    pub count: Field<i64>,
    pub extra: Extra,
}
static UPDATE: Desc = Desc::new(
    "Update",
    &[FieldDesc::new("name", Kind::Text), FieldDesc::new("room", Kind::Text), FieldDesc::new("count", Kind::Int)],
)
.rooted("update");
model! { Update, UPDATE; 0 name, 1 room, 2 count }

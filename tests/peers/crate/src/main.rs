//! The crate dynamo_table's half of tests/peers/crate/run: writes items, or reads those that tests/peers/crate/typed_tables.cpp wrote.
//!
//!     crate_peer write|read URL
use dynamo_table::DynamoTable;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Mood {
    Calm,
    Wild,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Place {
    town: String,
    founded: Option<i32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Animal {
    herd: String,
    tag: String,
    smallest: i64,
    largest: u64,
    weight: f64,
    tame: bool,
    mood: Mood,
    note: Option<String>,
    born: Place,
    owners: Vec<String>,
    homes: Vec<Place>,
    scores: BTreeMap<String, i32>,
    #[serde(with = "serde_dynamo::string_set")]
    toys: BTreeSet<String>,
    visits: u64,
}

impl DynamoTable for Animal {
    type PK = String;
    type SK = String;
    const TABLE: &'static str = "animals";
    const PARTITION_KEY: &'static str = "herd";
    const SORT_KEY: Option<&'static str> = Some("tag");
    fn partition_key(&self) -> String {
        self.herd.clone()
    }
    fn sort_key(&self) -> Option<String> {
        Some(self.tag.clone())
    }
}

/// The same as in typed_tables.cpp: the second has nothing in whatever may be empty, the third the extremes.
fn animals(herd: &str) -> Vec<Animal> {
    let text = |t: &str| t.to_string();
    let first = Animal {
        herd: text(herd),
        tag: text("1"),
        smallest: -7,
        largest: 7,
        weight: 0.1,
        tame: true,
        mood: Mood::Wild,
        note: Some(text("a \"note\" of\ntwo lines, Grüße, \u{1F404}")),
        born: Place { town: text("Bern"), founded: Some(1191) },
        owners: vec![text("Ann"), text(""), text("Bob")],
        homes: vec![Place { town: text("Ulm"), founded: None }, Place { town: text("Linz"), founded: Some(15) }],
        scores: [(text("jump"), 3), (text("run"), -2)].into(),
        toys: [text("ball"), text("rope")].into(),
        visits: 1,
    };
    let second = Animal {
        tag: text("2"),
        note: None,
        born: Place { town: text(""), founded: None },
        owners: vec![],
        homes: vec![],
        scores: BTreeMap::new(),
        mood: Mood::Calm,
        tame: false,
        ..first.clone()
    };
    let third =
        Animal { tag: text("3"), smallest: i64::MIN, largest: u64::MAX, weight: -1.7976931348623157e125, visits: 3, ..first.clone() };
    vec![first, second, third]
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: T, wanted: T) {
    if found != wanted {
        eprintln!("{what}: found {found:#?}, expected {wanted:#?}");
        std::process::exit(1);
    }
}

async fn write() -> Result<(), dynamo_table::Error> {
    let all = animals("of the crate");
    all[0].add_item().await?;
    same("a batch", Animal::batch_upsert(all[1..].to_vec()).await?.is_success(), true);
    let key = (&all[2].herd, Some(&all[2].tag));
    Animal::increment_multiple(key.0, key.1, &[("visits", 4)]).await?;
    Ok(())
}

async fn read() -> Result<(), dynamo_table::Error> {
    let mut wanted = animals("of the table");
    wanted[2].visits = 7;
    for one in &wanted {
        same("an item", Animal::get_item(&one.herd, Some(&one.tag)).await?, Some(one.clone()));
    }
    same("the herd", Animal::query_items(&wanted[0].herd, None, None, None).await?.items, wanted.clone());
    same("their number", Animal::count_items(&wanted[0].herd).await?, 3);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), dynamo_table::Error> {
    let words: Vec<String> = std::env::args().collect();
    let credentials = aws_sdk_dynamodb::config::Credentials::new("any", "thing", None, None, "tests");
    let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
        .region("us-east-1")
        .credentials_provider(credentials)
        .endpoint_url(&words[2])
        .load()
        .await;
    dynamo_table::init(&config).await;
    match words[1].as_str() {
        "write" => write().await,
        _ => read().await,
    }
}

//! What the two programs share: the item, and how calls are measured (see bench/client/peers/README.md).
use dynamo_table::DynamoTable;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::future::Future;

/// The benchmark's item, see bench/order.hpp.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    pub customer: String,
    pub id: String,
    pub name: String,
    pub email: String,
    pub status: String,
    pub quantity: i64,
    pub amount: f64,
    pub created_at: i64,
    pub active: bool,
    #[serde(with = "serde_dynamo::string_set")]
    pub tags: BTreeSet<String>,
}

impl DynamoTable for Order {
    type PK = String;
    type SK = String;
    const TABLE: &'static str = "orders";
    const PARTITION_KEY: &'static str = "customer";
    const SORT_KEY: Option<&'static str> = Some("id");
    fn partition_key(&self) -> String {
        self.customer.clone()
    }
    fn sort_key(&self) -> Option<String> {
        Some(self.id.clone())
    }
}

pub fn order() -> Order {
    Order {
        customer: "CUSTOMER#0000000000".into(),
        id: "ORDER#2024-05-17T12:34:56Z#0000007".into(),
        name: "Grace Hopper 7".into(),
        email: "grace.hopper.7@example.com".into(),
        status: "DELIVERED".into(),
        quantity: 8,
        amount: 26.99,
        created_at: 1715948103,
        active: false,
        tags: ["europe", "gift-wrap", "priority"].map(String::from).into(),
    }
}

pub async fn client(url: &str) -> aws_sdk_dynamodb::Client {
    let credentials = aws_sdk_dynamodb::config::Credentials::new("AKIDEXAMPLE", "a secret", None, None, "benchmark");
    let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
        .region("eu-west-1")
        .credentials_provider(credentials)
        .endpoint_url(url)
        .load()
        .await;
    aws_sdk_dynamodb::Client::new(&config)
}

fn cpu_us() -> f64 {
    let mut used: libc::rusage = unsafe { std::mem::zeroed() };
    unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut used) };
    let us = |t: libc::timeval| t.tv_sec as f64 * 1e6 + t.tv_usec as f64;
    us(used.ru_utime) + us(used.ru_stime)
}

/// Makes `calls` calls, `in_flight` at one time, twice, and prints what each of the second time cost.
pub async fn measure<F, C>(operation: &str, in_flight: usize, calls: usize, call: C)
where
    C: Fn() -> F + Clone + 'static,
    F: Future<Output = ()> + 'static,
{
    let mut before = 0.0;
    for _ in 0..2 {
        before = cpu_us();
        let all = tokio::task::LocalSet::new();
        for _ in 0..in_flight {
            let call = call.clone();
            all.spawn_local(async move {
                for _ in 0..calls / in_flight {
                    call().await;
                }
            });
        }
        all.await;
    }
    println!("{operation} {in_flight} {:.2}", (cpu_us() - before) / (calls / in_flight * in_flight) as f64);
}

/// The URL of the server and the number of calls.
pub fn arguments() -> (String, usize) {
    let mut words = std::env::args().skip(1);
    let (Some(url), Some(calls)) = (words.next(), words.next()) else {
        panic!("usage: PROGRAM URL CALLS");
    };
    (url, calls.parse().expect("a number of calls"))
}

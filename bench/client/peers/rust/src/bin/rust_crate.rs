//! The crate dynamo_table on AWS's SDK for Rust.
use client_peers::{arguments, client, measure, order, Order};
use dynamo_table::DynamoTable;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (url, calls) = arguments();
    dynamo_table::init_with_client(client(&url).await).await;
    for in_flight in [1, 8, 32] {
        measure("GetItem", in_flight, calls, || async {
            let one = order();
            Order::get_item(&one.customer, Some(&one.id)).await.expect("an item").expect("an item");
        })
        .await;
        measure("PutItem", in_flight, calls, || async {
            order().add_item().await.expect("a put");
        })
        .await;
        measure("Query", in_flight, calls / 10, || async {
            let page = Order::query_items(&order().customer, None, Some(100), None).await.expect("a page");
            assert_eq!(page.items.len(), 100);
        })
        .await;
    }
}

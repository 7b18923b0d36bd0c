//! AWS's SDK for Rust, with serde_dynamo between structs and items.
use aws_sdk_dynamodb::types::AttributeValue;
use client_peers::{arguments, client, measure, order, Order};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (url, calls) = arguments();
    let client = client(&url).await;
    let text = |s: String| AttributeValue::S(s);
    for in_flight in [1, 8, 32] {
        let c = client.clone();
        measure("GetItem", in_flight, calls, move || {
            let c = c.clone();
            async move {
                let one = order();
                let request = c.get_item().table_name("orders").key("customer", text(one.customer)).key("id", text(one.id));
                let item = request.send().await.expect("an item").item.expect("an item");
                let _: Order = serde_dynamo::from_item(item).expect("an order");
            }
        })
        .await;
        let c = client.clone();
        measure("PutItem", in_flight, calls, move || {
            let c = c.clone();
            async move {
                let item = serde_dynamo::to_item(order()).expect("an item");
                c.put_item().table_name("orders").set_item(Some(item)).send().await.expect("a put");
            }
        })
        .await;
        let c = client.clone();
        measure("Query", in_flight, calls / 10, move || {
            let c = c.clone();
            async move {
                let page = c
                    .query()
                    .table_name("orders")
                    .key_condition_expression("customer = :c")
                    .expression_attribute_values(":c", text(order().customer));
                let items = page.send().await.expect("a page").items.expect("items");
                let orders: Vec<Order> = serde_dynamo::from_items(items).expect("orders");
                assert_eq!(orders.len(), 100);
            }
        })
        .await;
    }
}

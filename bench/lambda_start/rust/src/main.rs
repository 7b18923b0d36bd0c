// Logs each change of SampleStreamTable, and reports those that do not fit.
use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SampleModel {
    id: i64,
    message: String,
    entity_type: String,
}

fn handled(record: &EventRecord) -> bool {
    if record.change.new_image.is_empty() {
        eprintln!("{{\"message\":\"a change\",\"event\":\"{}\"}}", record.event_name);
        return true;
    }
    match serde_dynamo::from_item::<_, SampleModel>(record.change.new_image.clone()) {
        Ok(item) => {
            eprintln!(
                "{{\"message\":\"a change\",\"event\":\"{}\",\"id\":{},\"text\":{:?},\"entityType\":{:?}}}",
                record.event_name, item.id, item.message, item.entity_type
            );
            true
        }
        Err(_) => false,
    }
}

async fn handle(event: LambdaEvent<Event>) -> Result<DynamoDbEventResponse, Error> {
    let mut response = DynamoDbEventResponse::default();
    for record in event.payload.records.iter().filter(|record| !handled(record)) {
        let mut failure = DynamoDbBatchItemFailure::default();
        failure.item_identifier = record.change.sequence_number.clone();
        response.batch_item_failures.push(failure);
    }
    Ok(response)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handle)).await
}

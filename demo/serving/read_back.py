"""read_back.py URL: every item of the table `movies`, page by page with boto3, a line of JSON each."""
import json
import sys

import boto3

movies = boto3.client("dynamodb", endpoint_url=sys.argv[1], region_name="local",
                      aws_access_key_id="any", aws_secret_access_key="thing")
pages = movies.get_paginator("scan").paginate(TableName="movies", PaginationConfig={"PageSize": 500})
for page in pages:
    for item in page["Items"]:
        print(json.dumps(item))
    print("page")

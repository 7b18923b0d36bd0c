// AWS SDK for Go, version 2, with its attributevalue package; a goroutine for each call in flight.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"sync"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type order struct {
	Customer  string   `dynamodbav:"customer"`
	ID        string   `dynamodbav:"id"`
	Name      string   `dynamodbav:"name"`
	Email     string   `dynamodbav:"email"`
	Status    string   `dynamodbav:"status"`
	Quantity  int64    `dynamodbav:"quantity"`
	Amount    float64  `dynamodbav:"amount"`
	CreatedAt int64    `dynamodbav:"created_at"`
	Active    bool     `dynamodbav:"active"`
	Tags      []string `dynamodbav:"tags,stringset"`
}

var (
	table = aws.String("orders")
	one   = order{"CUSTOMER#0000000000", "ORDER#2024-05-17T12:34:56Z#0000007", "Grace Hopper 7", "grace.hopper.7@example.com",
		"DELIVERED", 8, 26.99, 1715948103, false, []string{"europe", "gift-wrap", "priority"}}
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func get(c *dynamodb.Client) {
	key := map[string]types.AttributeValue{"customer": &types.AttributeValueMemberS{Value: one.Customer},
		"id": &types.AttributeValueMemberS{Value: one.ID}}
	found, err := c.GetItem(context.Background(), &dynamodb.GetItemInput{TableName: table, Key: key})
	must(err)
	var read order
	must(attributevalue.UnmarshalMap(found.Item, &read))
}

func put(c *dynamodb.Client) {
	item, err := attributevalue.MarshalMap(one)
	must(err)
	_, err = c.PutItem(context.Background(), &dynamodb.PutItemInput{TableName: table, Item: item})
	must(err)
}

func query(c *dynamodb.Client) {
	page, err := c.Query(context.Background(), &dynamodb.QueryInput{TableName: table,
		KeyConditionExpression:    aws.String("customer = :c"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":c": &types.AttributeValueMemberS{Value: one.Customer}}})
	must(err)
	var read []order
	must(attributevalue.UnmarshalListOfMaps(page.Items, &read))
	if len(read) != 100 {
		must(fmt.Errorf("a page of another size"))
	}
}

func cpuMicroseconds() float64 {
	var used syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	us := func(t syscall.Timeval) float64 { return float64(t.Sec)*1e6 + float64(t.Usec) }
	return us(used.Utime) + us(used.Stime)
}

func main() {
	calls, err := strconv.Atoi(os.Args[2])
	must(err)
	client := dynamodb.New(dynamodb.Options{
		Region:       "eu-west-1",
		BaseEndpoint: aws.String(os.Args[1]),
		// It keeps 10 idle connections by itself: the others of 32 calls would be made anew.
		HTTPClient:  awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) { t.MaxIdleConnsPerHost = 32 }),
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "a secret", ""),
	})
	operations := []struct {
		name  string
		call  func(*dynamodb.Client)
		calls int
	}{{"GetItem", get, calls}, {"PutItem", put, calls}, {"Query", query, calls / 10}}
	for _, inFlight := range []int{1, 8, 32} {
		for _, o := range operations {
			each := o.calls / inFlight
			var before float64
			for round := 0; round < 2; round++ {
				before = cpuMicroseconds()
				var all sync.WaitGroup
				for i := 0; i < inFlight; i++ {
					all.Add(1)
					go func() {
						defer all.Done()
						for j := 0; j < each; j++ {
							o.call(client)
						}
					}()
				}
				all.Wait()
			}
			fmt.Printf("%s %d %.2f\n", o.name, inFlight, (cpuMicroseconds()-before)/float64(each*inFlight))
		}
	}
}

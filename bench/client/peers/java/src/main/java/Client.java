import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbTable;
import software.amazon.awssdk.enhanced.dynamodb.Key;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbBean;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbPartitionKey;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbSortKey;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbAttribute;
import software.amazon.awssdk.enhanced.dynamodb.model.QueryConditional;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** AWS SDK for Java, version 2: its Enhanced Client with a bean; a thread for each call in flight. */
public class Client {
  @DynamoDbBean
  public static class Order {
    private String customer = "CUSTOMER#0000000000", id = "ORDER#2024-05-17T12:34:56Z#0000007", name = "Grace Hopper 7",
        email = "grace.hopper.7@example.com", status = "DELIVERED";
    private long quantity = 8, createdAt = 1715948103;
    private double amount = 26.99;
    private boolean active = false;
    private Set<String> tags = Set.of("europe", "gift-wrap", "priority");

    @DynamoDbPartitionKey public String getCustomer() { return customer; }
    public void setCustomer(String to) { customer = to; }
    @DynamoDbSortKey public String getId() { return id; }
    public void setId(String to) { id = to; }
    public String getName() { return name; }
    public void setName(String to) { name = to; }
    public String getEmail() { return email; }
    public void setEmail(String to) { email = to; }
    public String getStatus() { return status; }
    public void setStatus(String to) { status = to; }
    public long getQuantity() { return quantity; }
    public void setQuantity(long to) { quantity = to; }
    public double getAmount() { return amount; }
    public void setAmount(double to) { amount = to; }
    @DynamoDbAttribute("created_at") public long getCreatedAt() { return createdAt; }
    public void setCreatedAt(long to) { createdAt = to; }
    public boolean getActive() { return active; }
    public void setActive(boolean to) { active = to; }
    public Set<String> getTags() { return tags; }
    public void setTags(Set<String> to) { tags = to; }
  }

  record Operation(String name, Runnable call, int calls) {}

  static double cpuMicroseconds() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e3;
  }

  static void expect(boolean asWanted) {
    if (!asWanted) throw new IllegalStateException("another answer");
  }

  /** Java reads no PEM file by itself: has it trust the authority in SSL_CERT_FILE, and no other. */
  static void trustAuthority(String file) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream pem = Files.newInputStream(Path.of(file))) {
      trusted.setCertificateEntry("authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    Path store = Files.createTempFile("client_peer", ".p12");
    store.toFile().deleteOnExit();
    try (OutputStream to = Files.newOutputStream(store)) {
      trusted.store(to, "password".toCharArray());
    }
    System.setProperty("javax.net.ssl.trustStore", store.toString());
    System.setProperty("javax.net.ssl.trustStorePassword", "password");
  }

  public static void main(String[] arguments) throws Exception {
    String authority = System.getenv("SSL_CERT_FILE");
    if (authority != null) trustAuthority(authority);
    DynamoDbClient client = DynamoDbClient.builder()
        .region(Region.EU_WEST_1)
        .endpointOverride(URI.create(arguments[0]))
        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "a secret")))
        .build();
    DynamoDbTable<Order> orders =
        DynamoDbEnhancedClient.builder().dynamoDbClient(client).build().table("orders", TableSchema.fromBean(Order.class));
    int calls = Integer.parseInt(arguments[1]);
    Order one = new Order();
    Key key = Key.builder().partitionValue(one.getCustomer()).sortValue(one.getId()).build();
    QueryConditional all = QueryConditional.keyEqualTo(Key.builder().partitionValue(one.getCustomer()).build());
    List<Operation> operations = List.of(
        new Operation("GetItem", () -> expect(orders.getItem(key).getQuantity() == 8), calls),
        new Operation("PutItem", () -> orders.putItem(one), calls),
        new Operation("Query", () -> expect(orders.query(all).iterator().next().items().size() == 100), calls / 10));
    for (int inFlight : new int[] {1, 8, 32}) {
      for (Operation operation : operations) {
        int each = operation.calls() / inFlight;
        double before = 0;
        for (int round = 0; round < 2; ++round) {
          before = cpuMicroseconds();
          List<Thread> threads = new ArrayList<>();
          for (int i = 0; i < inFlight; ++i) {
            threads.add(new Thread(() -> {
              for (int j = 0; j < each; ++j) operation.call().run();
            }));
          }
          for (Thread thread : threads) thread.start();
          for (Thread thread : threads) thread.join();
        }
        System.out.printf(Locale.ROOT, "%s %d %.2f%n", operation.name(), inFlight, (cpuMicroseconds() - before) / (each * inFlight));
      }
    }
    client.close();
  }
}

package dev.samdan.registry;

import dev.samdan.audit.Audit;
import dev.samdan.base.Digest;
import dev.samdan.base.Json;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import dev.samdan.identity.Identity;
import dev.samdan.identity.Role;
import io.javalin.Javalin;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A registry on a real port with an empty store, and a client that speaks raw HTTP to it. */
final class TestRegistry implements AutoCloseable {
  Registry registry;
  private final Path home;
  private final Database database = TestDatabase.fresh();
  final Identity identity = new Identity(database, InstantSource.system());
  private final Audit audit = new Audit(database);
  final String token;
  private Javalin server;
  private final HttpClient client = HttpClient.newHttpClient();

  TestRegistry(Path home) {
    this.home = home;
    identity.ensureUser("mina", "Kim Mina");
    identity.setRole("mina", null, Role.ADMIN);
    this.token = identity.issueToken("mina", "test");
    this.registry = new Registry(home, database);
    this.server = serve(registry);
  }

  /** As after the end and a new start of control: what is not on disk is lost. */
  void restart() {
    server.stop();
    registry.close();
    registry = new Registry(home, database);
    server = serve(registry);
  }

  private Javalin serve(Registry registry) {
    RegistryRoutes routes =
        new RegistryRoutes(
            registry,
            identity::authenticateToken,
            repository -> repository.split("/", 2)[0],
            audit);
    return Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              routes.register(config.routes);
            })
        .start("127.0.0.1", 0);
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path))
        .header(
            "Authorization",
            "Basic "
                + Base64.getEncoder()
                    .encodeToString(("anyone:" + token).getBytes(StandardCharsets.UTF_8)));
  }

  HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request(path).method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  /** An image of these layers, put through the facade. */
  Digest image(String repository, String tag, byte[]... layers) {
    List<Map<String, Object>> descriptors =
        Arrays.stream(layers)
            .map(l ->
                descriptor("application/vnd.oci.image.layer.v1.tar", put(repository, l), l.length))
            .toList();
    byte[] config =
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{}}"
            .getBytes(StandardCharsets.UTF_8);
    byte[] manifest =
        Json.bytes(
            Map.of(
                "schemaVersion",
                2,
                "mediaType",
                ManifestDocument.OCI_MANIFEST,
                "config",
                descriptor(
                    "application/vnd.oci.image.config.v1+json",
                    put(repository, config),
                    config.length),
                "layers",
                descriptors));
    return registry.putManifest(repository, tag, manifest, ManifestDocument.OCI_MANIFEST);
  }

  Digest put(String repository, byte[] blob) {
    return registry.putBlob(repository, new ByteArrayInputStream(blob));
  }

  static Map<String, Object> descriptor(String mediaType, Digest digest, int size) {
    return Map.of("mediaType", mediaType, "digest", digest.toString(), "size", size);
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop();
    registry.close();
    audit.close();
    database.close();
  }
}

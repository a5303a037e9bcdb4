package dev.samdan.registry.aws;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.identity.AccessKeys;
import dev.samdan.registry.Registry;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * {@code /aws}: ECR's control API in AWS JSON 1.1, and ECS's RegisterTaskDefinition, so that the
 * stock {@code aws} command, SDKs and scripts work with {@code AWS_ENDPOINT_URL} alone. Requests
 * are signed with access keys that are issued here.
 */
public final class AwsRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(AwsRoutes.class);
  private static final String CONTENT_TYPE = "application/x-amz-json-1.1";
  private static final String ECR = "AmazonEC2ContainerRegistry_V20150921.";
  private static final String ECS = "AmazonEC2ContainerServiceV20141113.";
  private static final int LARGEST_BODY = 8 << 20;

  private final AccessKeys keys;
  private final String url;
  private final InstantSource clock;
  private final Map<String, BiFunction<Arguments, Caller, Object>> operations;

  /**
   * @param url of this server, {@code http://localhost:7070}
   * @param registerTaskDefinition takes the JSON of ECS's RegisterTaskDefinition and answers the
   *     definition's; INVALID with all problems
   */
  public AwsRoutes(
      Registry registry,
      AccessKeys keys,
      String url,
      UnaryOperator<String> registerTaskDefinition,
      InstantSource clock) {
    this.keys = keys;
    this.url = url;
    this.clock = clock;
    this.operations = operations(registry, URI.create(url).getAuthority(), registerTaskDefinition);
  }

  private Map<String, BiFunction<Arguments, Caller, Object>> operations(
      Registry registry, String address, UnaryOperator<String> registerTaskDefinition) {
    RepositoryOperations repositories = new RepositoryOperations(registry, address);
    ImageOperations images = new ImageOperations(registry, repositories);
    Map<String, BiFunction<Arguments, Caller, Object>> all = new LinkedHashMap<>();
    all.put(ECR + "GetAuthorizationToken", this::authorizationToken);
    all.put(ECR + "CreateRepository", repositories::create);
    all.put(ECR + "DescribeRepositories", repositories::describe);
    all.put(ECR + "DeleteRepository", repositories::delete);
    all.put(ECR + "PutImageTagMutability", repositories::putMutability);
    all.put(ECR + "PutLifecyclePolicy", repositories::putLifecyclePolicy);
    all.put(ECR + "GetLifecyclePolicy", repositories::getLifecyclePolicy);
    all.put(ECR + "DeleteLifecyclePolicy", repositories::deleteLifecyclePolicy);
    all.put(ECR + "StartLifecyclePolicyPreview", repositories::previewLifecyclePolicy);
    all.put(ECR + "GetLifecyclePolicyPreview", repositories::previewLifecyclePolicy);
    all.put(ECR + "DescribeImages", images::describe);
    all.put(ECR + "ListImages", images::list);
    all.put(ECR + "BatchGetImage", images::batchGet);
    all.put(ECR + "BatchDeleteImage", images::batchDelete);
    all.put(ECR + "PutImage", images::put);
    all.put(ECS + "RegisterTaskDefinition", (in, _) -> register(in, registerTaskDefinition));
    return all;
  }

  /** Adds the address to control's HTTP. */
  public void register(RoutesConfig routes) {
    routes.post("/aws", this::answer);
    routes.post("/aws/", this::answer);
  }

  private void answer(Context context) throws IOException {
    String requestId = UUID.randomUUID().toString();
    context.header("x-amzn-RequestId", requestId);
    try {
      byte[] body = context.req().getInputStream().readNBytes(LARGEST_BODY + 1);
      if (body.length > LARGEST_BODY) {
        throw new AwsError(
            "RequestEntityTooLargeException", 413, "the request is larger than 8 MB");
      }
      Caller caller = caller(request(context, body));
      context
          .status(200)
          .contentType(CONTENT_TYPE)
          .result(Json.bytes(perform(context.header("X-Amz-Target"), body, caller)));
    } catch (AwsError e) {
      refuse(context, e);
    } catch (PlatformException e) {
      refuse(context, AwsError.of(e));
    } catch (RuntimeException e) {
      LOG.error("request {} to /aws failed", requestId, e);
      refuse(context, new AwsError("ServerException", 500, "Samdan could not do this: " + e));
    }
  }

  private static void refuse(Context context, AwsError error) {
    Map<String, String> body = new LinkedHashMap<>();
    body.put("__type", error.type());
    body.put("message", String.valueOf(error.getMessage()));
    context
        .status(error.status())
        .header("x-amzn-ErrorType", error.type())
        .contentType(CONTENT_TYPE)
        .result(Json.bytes(body));
  }

  private static SignedRequest request(Context context, byte[] body) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (String name : java.util.Collections.list(context.req().getHeaderNames())) {
      headers
          .computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
          .addAll(java.util.Collections.list(context.req().getHeaders(name)));
    }
    String query = context.req().getQueryString();
    return new SignedRequest(
        context.req().getMethod(),
        context.req().getRequestURI(),
        query == null ? "" : query,
        headers,
        body);
  }

  private Caller caller(SignedRequest request) {
    Signature signature =
        Signature.verify(
            request, id -> keys.find(id).map(AccessKeys.Known::secret), clock.instant());
    return new Caller(signature.accessKeyId(), signature.region());
  }

  private Object perform(
      @org.jspecify.annotations.Nullable String target, byte[] body, Caller caller) {
    BiFunction<Arguments, Caller, Object> operation = operations.get(String.valueOf(target));
    if (operation == null) {
      throw new AwsError(
          "UnknownOperationException",
          "there is no " + target + " here; docs/aws.md lists what there is");
    }
    JsonNode input;
    try {
      input =
          body.length == 0
              ? Json.mapper().createObjectNode()
              : Json.tree(new String(body, StandardCharsets.UTF_8));
    } catch (PlatformException e) {
      throw new AwsError("SerializationException", "the request is not JSON: " + e.text());
    }
    if (!input.isObject()) {
      throw new AwsError("SerializationException", "the request must be a JSON object");
    }
    return operation.apply(new Arguments(input), caller);
  }

  private Object authorizationToken(Arguments in, Caller caller) {
    String login = "AWS:" + keys.password(caller.accessKeyId());
    Map<String, Object> data = new LinkedHashMap<>();
    data.put(
        "authorizationToken",
        Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
    data.put(
        "expiresAt", RepositoryOperations.seconds(clock.instant().plus(AccessKeys.PASSWORD_LIFE)));
    data.put("proxyEndpoint", url);
    return Map.of("authorizationData", List.of(data));
  }

  private static Object register(Arguments in, UnaryOperator<String> registerTaskDefinition) {
    try {
      return Map.of(
          "taskDefinition",
          RepositoryOperations.tree(registerTaskDefinition.apply(in.input().toString())));
    } catch (PlatformException e) {
      throw new AwsError("ClientException", e.text());
    }
  }
}

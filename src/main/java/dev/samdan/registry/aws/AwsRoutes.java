package dev.samdan.registry.aws;

import dev.samdan.audit.Audit;
import dev.samdan.audit.Deed;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.identity.Access;
import dev.samdan.identity.AccessKeys;
import dev.samdan.identity.Right;
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
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
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

  /** The one operation that is about several repositories, in a member of its own. */
  private static final String DESCRIBE = ECR + "DescribeRepositories";

  private static final String ECS = "AmazonEC2ContainerServiceV20141113.";
  private static final int LARGEST_BODY = 8 << 20;

  /** As many bodies at once as control's memory bears. */
  private static final int BODIES = 4;

  private static final int PATIENCE_SECONDS = 10;

  private final AccessKeys keys;
  private final String url;
  private final UnaryOperator<@Nullable String> applicationOf;
  private final Audit audit;
  private final InstantSource clock;
  private final Map<String, Operation> operations;
  private final Semaphore bodies = new Semaphore(BODIES, true);

  /**
   * One operation.
   *
   * @param needs what the caller must be allowed with the repository; null where the operation sees
   *     to that itself
   */
  private record Operation(@Nullable Right needs, BiFunction<Arguments, Caller, Object> run) {}

  /** Registers a task definition, given as JSON, for one who acts. */
  @FunctionalInterface
  public interface TaskDefinitions {
    /** The definition's JSON; INVALID with all problems, FORBIDDEN where it is another's. */
    String register(String json, Access access);
  }

  /**
   * @param url of this server, {@code http://localhost:7070}
   * @param applicationOf whose images a repository has; null where that is no application
   */
  public AwsRoutes(
      Registry registry,
      AccessKeys keys,
      String url,
      TaskDefinitions taskDefinitions,
      UnaryOperator<@Nullable String> applicationOf,
      Audit audit) {
    this.keys = keys;
    this.url = url;
    this.applicationOf = applicationOf;
    this.audit = audit;
    this.clock = InstantSource.system();
    this.operations = operations(registry, URI.create(url).getAuthority(), taskDefinitions);
  }

  private Map<String, Operation> operations(
      Registry registry, String address, TaskDefinitions taskDefinitions) {
    RepositoryOperations repositories = new RepositoryOperations(registry, address);
    ImageOperations images = new ImageOperations(registry, repositories);
    Map<String, Operation> all = new LinkedHashMap<>();
    all.put(ECR + "GetAuthorizationToken", new Operation(null, this::authorizationToken));
    all.put(ECR + "CreateRepository", new Operation(Right.PUSH, repositories::create));
    all.put(DESCRIBE, new Operation(Right.READ, repositories::describe));
    all.put(ECR + "DeleteRepository", new Operation(Right.MAINTAIN, repositories::delete));
    all.put(
        ECR + "PutImageTagMutability", new Operation(Right.MAINTAIN, repositories::putMutability));
    all.put(
        ECR + "PutLifecyclePolicy",
        new Operation(Right.MAINTAIN, repositories::putLifecyclePolicy));
    all.put(
        ECR + "GetLifecyclePolicy", new Operation(Right.READ, repositories::getLifecyclePolicy));
    all.put(
        ECR + "DeleteLifecyclePolicy",
        new Operation(Right.MAINTAIN, repositories::deleteLifecyclePolicy));
    all.put(
        ECR + "StartLifecyclePolicyPreview",
        new Operation(Right.READ, repositories::previewLifecyclePolicy));
    all.put(
        ECR + "GetLifecyclePolicyPreview",
        new Operation(Right.READ, repositories::previewLifecyclePolicy));
    all.put(ECR + "DescribeImages", new Operation(Right.READ, images::describe));
    all.put(ECR + "ListImages", new Operation(Right.READ, images::list));
    all.put(ECR + "BatchGetImage", new Operation(Right.READ, images::batchGet));
    all.put(ECR + "BatchDeleteImage", new Operation(Right.MAINTAIN, images::batchDelete));
    all.put(ECR + "PutImage", new Operation(Right.PUSH, images::put));
    all.put(
        ECS + "RegisterTaskDefinition",
        new Operation(null, (in, caller) -> register(in, caller, taskDefinitions)));
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
      // Nothing is read into memory for one who names no key of this home.
      String authorization = context.header("Authorization");
      Signature claimed = Signature.claimed(authorization == null ? "" : authorization);
      AccessKeys.Known key = keys.find(claimed.accessKeyId()).orElseThrow(Signature::unknownKey);
      if (!bodies.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AwsError("ThrottlingException", 429, "Rate exceeded: try again in a moment");
      }
      try {
        answer(context, key);
      } finally {
        bodies.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      refuse(context, new AwsError("ServerException", 503, "Samdan is ending"));
    } catch (AwsError e) {
      refuse(context, e);
    } catch (PlatformException e) {
      refuse(context, AwsError.of(e));
    } catch (RuntimeException e) {
      LOG.error("request {} to /aws failed", requestId, e);
      refuse(context, new AwsError("ServerException", 500, "Samdan could not do this: " + e));
    }
  }

  private void answer(Context context, AccessKeys.Known key) throws IOException {
    byte[] body = context.req().getInputStream().readNBytes(LARGEST_BODY + 1);
    if (body.length > LARGEST_BODY) {
      throw new AwsError("RequestEntityTooLargeException", 413, "the request is larger than 8 MB");
    }
    Signature signature =
        Signature.verify(request(context, body), _ -> Optional.of(key.secret()), clock.instant());
    Caller caller = new Caller(signature.accessKeyId(), signature.region(), key.access());
    context
        .status(200)
        .contentType(CONTENT_TYPE)
        .result(Json.bytes(perform(context.header("X-Amz-Target"), body, caller, context.ip())));
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

  private Object perform(@Nullable String target, byte[] body, Caller caller, String address) {
    Operation operation = operations.get(String.valueOf(target));
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
    Arguments in = new Arguments(input);
    Deed deed = deed(String.valueOf(target), in, caller, address);
    try {
      if (operation.needs() != null) {
        require(caller.access(), operation.needs(), DESCRIBE.equals(target), in);
      }
    } catch (PlatformException e) {
      audit.refused(deed, e.text());
      throw e;
    }
    return operation.needs() == Right.READ
        ? operation.run().apply(in, caller)
        : audit.accompany(deed, () -> operation.run().apply(in, caller));
  }

  private Deed deed(String target, Arguments in, Caller caller, String address) {
    String repository = in.text("repositoryName");
    return new Deed(
        caller.access().principal().user(),
        Deed.Door.AWS,
        address,
        target.substring(target.indexOf('.') + 1),
        applicationOf.apply(repository),
        repository == null ? "/aws" : repository,
        "access key " + caller.accessKeyId());
  }

  /** Of each repository that the operation is about; where none is named, of all. */
  private void require(Access access, Right right, boolean several, Arguments in) {
    String one = in.text("repositoryName");
    List<String> named =
        several ? in.texts("repositoryNames") : one == null ? List.of() : List.of(one);
    if (named.isEmpty()) {
      access.require(right, null);
    }
    named.forEach(repository -> access.require(right, applicationOf.apply(repository)));
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

  private static Object register(Arguments in, Caller caller, TaskDefinitions definitions) {
    try {
      return Map.of(
          "taskDefinition",
          RepositoryOperations.tree(definitions.register(in.input().toString(), caller.access())));
    } catch (PlatformException e) {
      if (e.code() == PlatformException.Code.FORBIDDEN) {
        throw e;
      }
      throw new AwsError("ClientException", e.text());
    }
  }
}

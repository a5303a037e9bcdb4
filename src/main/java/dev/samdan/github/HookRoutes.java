package dev.samdan.github;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.base.PlatformException.Code;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * The door for GitHub's webhooks. A delivery is taken when its signature is right and its id is
 * new: it is written into the queue, and answered before anything is done.
 */
final class HookRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(HookRoutes.class);

  /** Bytes of bodies that may be in memory at one time. */
  private static final int BODIES = 2 * HookBody.TOO_LARGE;

  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String PAYLOAD = "payload=";

  private static final int UNSUPPORTED_MEDIA_TYPE = 415;

  private final RepositoryRows repositories;
  private final Function<GitHubRepository, java.util.Optional<String>> secrets;
  private final HookRows hooks;
  private final Runnable wake;
  private final Semaphore room = new Semaphore(BODIES);

  /**
   * @param secrets the webhook secret of a repository
   * @param wake called when something was written into the queue
   */
  HookRoutes(
      RepositoryRows repositories,
      Function<GitHubRepository, java.util.Optional<String>> secrets,
      HookRows hooks,
      Runnable wake) {
    this.repositories = repositories;
    this.secrets = secrets;
    this.hooks = hooks;
    this.wake = wake;
  }

  void register(RoutesConfig routes) {
    routes.post("/hooks/github", this::receive);
  }

  private void receive(Context context) {
    String type = mediaType(context);
    if (!type.equals("application/json") && !type.equals(FORM)) {
      refuse(
          context,
          UNSUPPORTED_MEDIA_TYPE,
          "INVALID",
          "a webhook's content type must be application/json or application/x-www-form-urlencoded");
      return;
    }
    try {
      long declared = context.req().getContentLengthLong();
      if (declared >= HookBody.TOO_LARGE) {
        throw HookBody.tooLarge();
      }
      take(context, type.equals(FORM), declared);
    } catch (PlatformException e) {
      refuse(context, e.code().httpStatus(), e.code().name(), e.text());
    } catch (IOException e) {
      LOG.info("a webhook's body ended early: {}", e.toString());
      refuse(context, 400, "INVALID", "the body ended before its length");
    }
  }

  private void take(Context context, boolean form, long declared) throws IOException {
    String name = header(context, "X-GitHub-Event", "[a-z0-9_]{1,64}");
    String id = header(context, "X-GitHub-Delivery", "[0-9A-Za-z-]{1,64}");
    Signature signature = Signature.parse(context.header("X-Hub-Signature-256"));
    if (signature == null) {
      throw new PlatformException(
          Code.UNAUTHENTICATED,
          "the delivery is not signed (X-Hub-Signature-256): give the webhook the secret that"
              + " 'samdan app connect' printed");
    }
    // Of a form there is the payload beside it.
    try (HookBody body = new HookBody(room, form ? 2 : 1)) {
      body.read(context.req().getInputStream(), declared);
      take(context, new Headers(name, id, signature), body.bytes(), form);
    }
  }

  private record Headers(String event, String id, Signature signature) {}

  private void take(Context context, Headers headers, byte[] body, boolean form) {
    if (form) {
      // To decode it takes memory, which is for those whose signature is right.
      requireSigned(signers(repositories.list(), headers, body));
    }
    byte[] payload = form ? payload(body) : body;
    String named = repositoryName(payload);
    List<String> meant =
        named == null ? List.of() : signers(repositories.named(named), headers, body);
    List<String> signed = meant.isEmpty() ? signers(repositories.list(), headers, body) : meant;
    requireSigned(signed);
    JsonNode json = Json.read(payload, JsonNode.class);
    if (!json.isObject()) {
      throw PlatformException.invalid("the payload must be a JSON object");
    }
    // An organization's or an app's webhook tells of repositories that nobody follows, too.
    Event event = meant.isEmpty() ? Event.NOTHING : Event.of(headers.event(), json);
    JsonNode action = json.path("action");
    String acted = action.isString() ? action.stringValue() : null;
    if (!hooks.record(headers.id(), headers.event(), acted, signed, event)) {
      throw PlatformException.conflict("the delivery " + headers.id() + " was taken before");
    }
    signed.forEach(repositories::hookCame);
    wake.run();
    boolean ignored = event.work() == Event.Work.NONE;
    context
        .status(202)
        .contentType("application/json")
        .result(Json.bytes(Map.of("id", headers.id(), "status", ignored ? "ignored" : "recorded")));
  }

  private static String mediaType(Context context) {
    String type = context.req().getContentType();
    return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(java.util.Locale.ROOT);
  }

  private static String header(Context context, String name, String rule) {
    String value = context.header(name);
    if (value == null || !value.matches(rule)) {
      throw PlatformException.invalid("the header " + name + " is missing or none of GitHub's");
    }
    return value;
  }

  private static void requireSigned(List<String> signers) {
    if (signers.isEmpty()) {
      throw new PlatformException(
          Code.UNAUTHENTICATED, "the signature is none of a repository that is followed here");
    }
  }

  /** The field {@code payload} of a form. */
  private static byte[] payload(byte[] body) {
    String form = new String(body, StandardCharsets.US_ASCII);
    int field = form.startsWith(PAYLOAD) ? 0 : form.indexOf("&" + PAYLOAD) + 1;
    if (!form.startsWith(PAYLOAD, field)) {
      throw PlatformException.invalid("the form has no field 'payload'");
    }
    int end = form.indexOf('&', field);
    try {
      return URLDecoder.decode(
              form.substring(field + PAYLOAD.length(), end < 0 ? form.length() : end),
              StandardCharsets.UTF_8)
          .getBytes(StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw PlatformException.invalid("the form's field 'payload' is not encoded as a form's");
    }
  }

  private List<String> signers(List<GitHubRepository> of, Headers headers, byte[] body) {
    return of.stream()
        .filter(
            one -> secrets.apply(one).filter(s -> headers.signature().isOf(body, s)).isPresent())
        .map(GitHubRepository::repository)
        .toList();
  }

  /** What the body says is not believed before a signature is right; null where it names none. */
  private static @Nullable String repositoryName(byte[] payload) {
    try (JsonParser parser = Json.mapper().createParser(payload)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean repository = parser.currentName().equals("repository");
        JsonToken value = parser.nextToken();
        if (repository && value == JsonToken.START_OBJECT) {
          return fullName(parser);
        }
        parser.skipChildren();
      }
      return null;
    } catch (JacksonException e) {
      // Cut off or no JSON: whoever signed it hears of that, nobody else.
      return null;
    }
  }

  private static @Nullable String fullName(JsonParser parser) {
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      boolean name = parser.currentName().equals("full_name");
      JsonToken value = parser.nextToken();
      if (name && value == JsonToken.VALUE_STRING) {
        return parser.getString();
      }
      parser.skipChildren();
    }
    return null;
  }

  private static void refuse(Context context, int status, String code, String message) {
    // The rest of the body is not read: the connection ends with the answer.
    context
        .header("Connection", "close")
        .status(status)
        .contentType("application/json")
        .result(Json.bytes(Map.of("error", Map.of("code", code, "message", message))));
  }
}

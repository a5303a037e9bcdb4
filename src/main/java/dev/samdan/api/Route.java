package dev.samdan.api;

import dev.samdan.audit.Deed;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.identity.Access;
import dev.samdan.identity.Principal;
import dev.samdan.identity.Right;
import dev.samdan.operations.Subject;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One operation of the API: what it answers, and what the OpenAPI document says of it.
 *
 * @param path below {@code /api/v1}, parameters in braces
 * @param needs what the caller must be allowed; {@link Right#READ} where no name in the path says
 *     of what is a list, which shows what the caller may look at
 * @param about what it is done to, where no name in the path says it
 * @param query the names of its query parameters
 * @param body the names of the members of its JSON body
 */
record Route(
    String method,
    String path,
    Right needs,
    String summary,
    List<String> query,
    List<String> body,
    @Nullable About about,
    Answer answer) {
  /** What an operation returns; it is written as JSON, or is {@link Streamed}. */
  @FunctionalInterface
  interface Answer {
    Object of(Request request);
  }

  /** An answer that is written as it is made. */
  record Streamed(String contentType, Writing writing) {
    /** Writes all of it. */
    @FunctionalInterface
    interface Writing {
      void to(OutputStream out) throws IOException;
    }
  }

  /** Finds what a request is about where its path has no name of it. */
  @FunctionalInterface
  interface About {
    Subject of(Request request);
  }

  static Route get(String path, Right needs, String summary, Answer answer, String... query) {
    return new Route("get", path, needs, summary, List.of(query), List.of(), null, answer);
  }

  static Route post(String path, Right needs, String summary, Answer answer, String... body) {
    return new Route("post", path, needs, summary, List.of(), List.of(body), null, answer);
  }

  static Route put(String path, Right needs, String summary, Answer answer, String... body) {
    return new Route("put", path, needs, summary, List.of(), List.of(body), null, answer);
  }

  static Route delete(String path, Right needs, String summary, Answer answer, String... query) {
    return new Route("delete", path, needs, summary, List.of(query), List.of(), null, answer);
  }

  /** The same, about what this finds. */
  Route about(About found) {
    return new Route(method, path, needs, summary, query, body, found, answer);
  }

  /** Whether it decides or discloses something, which the audit log keeps. */
  boolean decides() {
    return needs != Right.READ && !(method.equals("get") && needs == Right.OWN);
  }

  /** What a request asks, read with clear refusals. */
  static final class Request {
    private final Context context;
    private final Access access;

    Request(Context context, Access access) {
      this.context = context;
      this.access = access;
    }

    /** Who asks, and what they may. */
    Access access() {
      return access;
    }

    /** Who asks. */
    Principal principal() {
      return access.principal();
    }

    /** Whether who asks may look at this application; null for what belongs to none. */
    boolean sees(@Nullable String application) {
      return access.may(Right.READ, application);
    }

    /** The path as it was asked for, below {@code /api/v1}. */
    String target() {
      return context.path().substring(Api.ROOT.length());
    }

    /** Whether the browser's session asks, or by its own word the command line. */
    Deed.Door door() {
      if (context.header("Authorization") == null) {
        return Deed.Door.CONSOLE;
      }
      String agent = context.userAgent();
      return agent != null && agent.startsWith("samdan") ? Deed.Door.CLI : Deed.Door.API;
    }

    /** Where the request comes from. */
    String address() {
      return context.ip();
    }

    /** A parameter of the path. */
    String path(String name) {
      return context.pathParam(name);
    }

    /** A query parameter, or null. */
    @Nullable String query(String name) {
      return context.queryParam(name);
    }

    /** A query parameter, refused where it is missing. */
    String requiredQuery(String name) {
      String text = query(name);
      if (text == null || text.isBlank()) {
        throw PlatformException.invalid("the query parameter '" + name + "' is missing");
      }
      return text;
    }

    /** All query parameters that are numbers, by name: offsets. */
    long offset(String name) {
      String text = context.queryParam(name);
      return text == null ? 0 : number(name, text);
    }

    /** A limit between 1 and {@code most}. */
    int limit(int usual, int most) {
      String text = context.queryParam("limit");
      long limit = text == null ? usual : number("limit", text);
      if (limit < 1 || limit > most) {
        throw PlatformException.invalid("limit must be from 1 to " + most + ", not " + limit);
      }
      return (int) limit;
    }

    private static long number(String name, String text) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException e) {
        throw PlatformException.invalid(name + " must be a whole number, not '" + text + "'");
      }
    }

    /** The JSON body; an empty one is an empty object. */
    JsonNode body() {
      byte[] bytes = context.bodyAsBytes();
      JsonNode body =
          bytes.length == 0 ? Json.mapper().createObjectNode() : Json.read(bytes, JsonNode.class);
      if (!body.isObject()) {
        throw PlatformException.invalid("the body must be a JSON object");
      }
      return body;
    }

    /** A member of the body as text, refused where it is missing. */
    String required(String name) {
      String text = optionalText(name);
      if (text == null || text.isBlank()) {
        throw PlatformException.invalid("'" + name + "' is missing in the body");
      }
      return text;
    }

    /** A member of the body as text, or null. */
    @Nullable String optionalText(String name) {
      JsonNode value = body().path(name);
      if (value.isMissingNode() || value.isNull()) {
        return null;
      }
      if (!value.isString()) {
        throw PlatformException.invalid("'" + name + "' must be text");
      }
      return value.asString();
    }

    /** A member of the body as text, empty where it is absent. */
    String textOr(String name, String otherwise) {
      String text = optionalText(name);
      return text == null ? otherwise : text;
    }
  }
}

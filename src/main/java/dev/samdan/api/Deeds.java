package dev.samdan.api;

import dev.samdan.audit.Deed;
import dev.samdan.base.PlatformException;
import dev.samdan.operations.Subject;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/** Puts a request into the words of the audit log. */
final class Deeds {
  /** Members of bodies and queries that tell one deed from another and never hold a secret. */
  private static final List<String> TELLING =
      List.of(
          "name",
          "displayName",
          "role",
          "application",
          "rights",
          "registryOnly",
          "expiresInDays",
          "stage",
          "reason",
          "override",
          "verdict",
          "allowTestChanges",
          "comment",
          "command",
          "kind",
          "summary",
          "title",
          "repository",
          "mode",
          "keep",
          "dryRun",
          "status",
          "preset",
          "recipient",
          "abandon",
          "days",
          "entries",
          "format");

  private Deeds() {}

  static Deed of(Route route, Route.Request request, Optional<Subject> about) {
    return new Deed(
        request.principal().user(),
        request.door(),
        request.address(),
        route.summary(),
        about.map(Subject::application).orElse(null),
        request.target(),
        detail(route, request));
  }

  private static String detail(Route route, Route.Request request) {
    StringJoiner words = new StringJoiner(", ");
    for (String name : TELLING) {
      String asked = route.query().contains(name) ? request.query(name) : null;
      if (asked != null) {
        words.add(name + "=" + asked);
      } else if (route.body().contains(name)) {
        JsonNode value = body(request).path(name);
        if (!value.isMissingNode() && !value.isNull()) {
          words.add(name + "=" + (value.isString() ? value.stringValue() : value.toString()));
        }
      }
    }
    return words.toString();
  }

  /** What is wrong with a body is for the operation to say. */
  private static JsonNode body(Route.Request request) {
    try {
      return request.body();
    } catch (PlatformException e) {
      return dev.samdan.base.Json.mapper().createObjectNode();
    }
  }
}

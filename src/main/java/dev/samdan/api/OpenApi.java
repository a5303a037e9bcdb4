package dev.samdan.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The OpenAPI 3.1 document, made from the routes themselves so that it cannot differ from them. */
final class OpenApi {
  private static final Pattern PARAMETER = Pattern.compile("\\{([^}]+)}");

  private OpenApi() {}

  static Map<String, Object> document(List<Route> routes) {
    Map<String, Map<String, Object>> paths = new LinkedHashMap<>();
    for (Route route : routes) {
      paths
          .computeIfAbsent(route.path(), p -> new LinkedHashMap<>())
          .put(route.method(), operation(route));
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("openapi", "3.1.0");
    document.put(
        "info",
        Map.of(
            "title",
            "Samdan",
            "version",
            "1",
            "description",
            "git push, and all three tiers are live."));
    document.put("servers", List.of(Map.of("url", "/api/v1")));
    document.put("security", List.of(Map.of("token", List.of())));
    document.put("paths", paths);
    document.put(
        "components",
        Map.of(
            "securitySchemes", Map.of("token", Map.of("type", "http", "scheme", "bearer")),
            "schemas", Map.of("Error", error())));
    return document;
  }

  private static Map<String, Object> operation(Route route) {
    List<Object> parameters = new ArrayList<>();
    Matcher names = PARAMETER.matcher(route.path());
    while (names.find()) {
      parameters.add(parameter(names.group(1), "path", true));
    }
    route.query().forEach(name -> parameters.add(parameter(name, "query", false)));
    Map<String, Object> operation = new LinkedHashMap<>();
    operation.put("summary", route.summary());
    operation.put("operationId", operationId(route));
    if (!parameters.isEmpty()) {
      operation.put("parameters", parameters);
    }
    if (!route.body().isEmpty()) {
      Map<String, Object> members = new LinkedHashMap<>();
      route.body().forEach(name -> members.put(name, Map.of()));
      operation.put(
          "requestBody", Map.of("content", json(Map.of("type", "object", "properties", members))));
    }
    operation.put(
        "responses",
        Map.of(
            "200", Map.of("description", "Done", "content", json(Map.of("type", "object"))),
            "default",
                Map.of(
                    "description",
                    "Refused or failed",
                    "content",
                    json(Map.of("$ref", "#/components/schemas/Error")))));
    return operation;
  }

  private static String operationId(Route route) {
    StringBuilder id = new StringBuilder(route.method());
    for (String word : route.path().split("[/{}-]+")) {
      if (!word.isEmpty()) {
        id.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
      }
    }
    return id.toString();
  }

  private static Map<String, Object> parameter(String name, String in, boolean required) {
    return Map.of("name", name, "in", in, "required", required, "schema", Map.of("type", "string"));
  }

  private static Map<String, Object> json(Map<String, Object> schema) {
    return Map.of("application/json", Map.of("schema", schema));
  }

  private static Map<String, Object> error() {
    Map<String, Object> text = Map.of("type", "string");
    Map<String, Object> inner =
        Map.of("type", "object", "properties", Map.of("code", text, "message", text));
    return Map.of("type", "object", "properties", Map.of("error", inner));
  }
}

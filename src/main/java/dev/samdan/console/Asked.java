package dev.samdan.console;

import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

/** A page that someone asked for, with what stands around it. */
record Asked(Context context, Door.Reader reader, Shells.Around around) {
  /** A template, what stands around it, and what it shows. */
  record Shown(String template, Shell shell, Object page) {}

  Words words() {
    return reader.words();
  }

  String path(String name) {
    return context.pathParam(name);
  }

  @Nullable String query(String name) {
    String value = context.queryParam(name);
    return value == null || value.isBlank() ? null : value;
  }

  String application() {
    return path("application");
  }
}

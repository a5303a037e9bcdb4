package dev.samdan.console;

import dev.samdan.base.Digest;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The stylesheet, the scripts, the icons: read once, served with a long life under an address that
 * names their content.
 */
final class Assets {
  private static final Map<String, byte[]> FILES =
      Map.of(
          "console.css", stylesheet(),
          "console.js", read("console.js"),
          "icons.svg", read("icons.svg"));
  private static final String VERSION = version();

  /**
   * The colours of the favicon for each state; a favicon cannot see the page's custom properties.
   */
  private static final Map<String, String> FAVICON =
      Map.of("live", "#69665f", "run", "#8a68e0", "wait", "#c98a1a", "fail", "#d8412f");

  private Assets() {}

  /** Changes when any of the files does. */
  static String version() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String name : List.of("console.css", "console.js", "icons.svg")) {
      all.writeBytes(Objects.requireNonNull(FILES.get(name)));
    }
    return Digest.of(all.toByteArray()).shortHex();
  }

  static void register(RoutesConfig routes) {
    routes.get(
        "/assets/console.css", context -> file(context, "console.css", "text/css; charset=utf-8"));
    routes.get(
        "/assets/console.js",
        context -> file(context, "console.js", "text/javascript; charset=utf-8"));
    routes.get("/assets/icons.svg", context -> file(context, "icons.svg", "image/svg+xml"));
    routes.get("/assets/mark.svg", Assets::favicon);
  }

  private static void file(Context context, String name, String type) {
    boolean named = VERSION.equals(context.queryString());
    context
        .contentType(type)
        .header("Cache-Control", named ? "public, max-age=31536000, immutable" : "no-cache")
        .header("ETag", '"' + VERSION + '"')
        .result(Objects.requireNonNull(FILES.get(name)));
  }

  private static void favicon(Context context) {
    String state = context.queryParam("state");
    String colour = FAVICON.getOrDefault(state == null ? "live" : state, "#69665f");
    String svg =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 20 20\" fill=\""
            + colour
            + "\"><rect x=\"5\" y=\"2\" width=\"10\" height=\"4\"/><rect x=\"2.5\" y=\"8\""
            + " width=\"15\" height=\"4\"/><rect y=\"14\" width=\"20\" height=\"4\"/></svg>";
    context
        .contentType("image/svg+xml")
        .header("Cache-Control", "public, max-age=86400")
        .result(svg.getBytes(StandardCharsets.UTF_8));
  }

  /** The stylesheet without its comments and the spaces that mean nothing. */
  static byte[] stylesheet() {
    return new String(read("console.css"), StandardCharsets.UTF_8)
        .replaceAll("(?s)/\\*.*?\\*/", "")
        .replaceAll("\\n\\s*", "")
        .replaceAll("([:;,]) ", "$1")
        .replaceAll(" ?([{>~]) ?", "$1")
        .replaceAll(";? ?} ?", "}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] read(String name) {
    try (InputStream in = Objects.requireNonNull(Assets.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

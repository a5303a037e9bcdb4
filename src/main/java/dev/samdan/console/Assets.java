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
import java.util.Locale;
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

  /** Which bar of the favicon is another: the one of the application, as the worst state has it. */
  private static final Map<String, Mark> FAVICONS =
      Map.of(
          "live", Mark.LOGO,
          "run", Mark.of(Mark.Tier.LIVE, Mark.Tier.WORKING, Mark.Tier.LIVE, 0),
          "wait", Mark.of(Mark.Tier.LIVE, Mark.Tier.WAITING, Mark.Tier.LIVE, 0),
          "fail", Mark.of(Mark.Tier.LIVE, Mark.Tier.FAILED, Mark.Tier.LIVE, 0));

  /** A favicon cannot see the page's custom properties, and its tab may be light or dark. */
  private static final String FAVICON_STYLE =
      ".live{fill:#1b1a18}.fail{fill:#d8412f}"
          + ".run{fill:none;stroke:#8a68e0;stroke-dasharray:3 2}.wait{fill:none;stroke:#c98a1a}"
          + "@media(prefers-color-scheme:dark){.live{fill:#edebe5}}";

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
    context
        .contentType("image/svg+xml")
        .header("Cache-Control", "public, max-age=86400")
        .result(favicon(state == null ? "live" : state).getBytes(StandardCharsets.UTF_8));
  }

  /** The mark with the worst state seen; any other state is the mark itself. */
  static String favicon(String state) {
    StringBuilder svg =
        new StringBuilder(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 -2 20 20\"><style>")
            .append(FAVICON_STYLE)
            .append("</style>");
    for (Mark.Shape shape : FAVICONS.getOrDefault(state, Mark.LOGO).shapes()) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>",
              shape.tone(),
              shape.x(),
              shape.y(),
              shape.width(),
              shape.height()));
    }
    return svg.append("</svg>").toString();
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

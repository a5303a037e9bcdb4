package dev.samdan.cli;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import tools.jackson.databind.JsonNode;

/** What every verb has: {@code --json}, {@code --home}, the client, and one way to print. */
public abstract class Verb {
  @Option(names = "--json", scope = ScopeType.INHERIT, description = "One JSON document on stdout.")
  boolean json;

  @Option(
      names = "--home",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description = "Samdan's home (default: SAMDAN_HOME, else ~/.samdan).")
  @Nullable Path homeOption;

  /** Prints a document as it is. */
  protected final void print(JsonNode document) {
    System.out.println(Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(document));
  }

  protected final boolean wantsJson() {
    return json;
  }

  /** The home that this command speaks of. */
  protected final Path home() {
    return homeOption != null ? homeOption.toAbsolutePath().normalize() : defaultHome();
  }

  /** SAMDAN_HOME, else ~/.samdan. */
  public static Path defaultHome() {
    String named = System.getenv("SAMDAN_HOME");
    return named != null && !named.isBlank()
        ? Path.of(named).toAbsolutePath().normalize()
        : Path.of(System.getProperty("user.home"), ".samdan");
  }

  /** The client, by SAMDAN_URL and SAMDAN_TOKEN, else by the credentials in the home. */
  protected final ApiClient api() {
    String url = System.getenv("SAMDAN_URL");
    String token = System.getenv("SAMDAN_TOKEN");
    if (url != null && token != null) {
      return new ApiClient(url, token);
    }
    return client(home(), url, token);
  }

  /** A client by the credentials file in a home. */
  public static ApiClient client(Path home, @Nullable String url, @Nullable String token) {
    Path file = home.resolve("credentials");
    try {
      JsonNode credentials = Json.tree(Files.readString(file));
      return new ApiClient(
          url != null ? url : credentials.path("url").asString(""),
          token != null ? token : credentials.path("token").asString(""));
    } catch (java.nio.file.NoSuchFileException e) {
      throw PlatformException.unavailable(
          "There is no "
              + file
              + ": start Samdan with 'samdan up', or set SAMDAN_URL and SAMDAN_TOKEN");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Text as one segment of a path or a query value. */
  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Prints rows under heads in aligned columns; wide characters count as two. */
  protected final void table(List<String> heads, List<List<String>> rows) {
    List<List<String>> all = new ArrayList<>();
    all.add(heads);
    all.addAll(rows);
    int[] widths = new int[heads.size()];
    for (List<String> row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i));
        if (i < widths.length - 1) {
          line.append(" ".repeat(widths[i] - width(row.get(i)) + 2));
        }
      }
      System.out.println(line.toString().stripTrailing());
    }
  }

  private static int width(String text) {
    return text.codePoints()
        .map(c ->
            c >= 0x1100
                    && (c <= 0x115f
                        || (c >= 0x2e80 && c <= 0xd7a3)
                        || (c >= 0xf900 && c <= 0xfaff)
                        || (c >= 0xff00 && c <= 0xff60))
                ? 2
                : 1)
        .sum();
  }

  /** A field as text, or a dash where it is absent. */
  protected static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isMissingNode() || value.isNull()
        ? "-"
        : Objects.requireNonNull(value.asString("-"));
  }

  /** The first eight characters of an id or a commit. */
  protected static String brief(String text) {
    return text.length() > 8 ? text.substring(0, 8) : text;
  }
}

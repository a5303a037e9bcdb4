package dev.samdan.rooms;

import dev.samdan.base.PlatformException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A webhook as it is asked for.
 *
 * @param name what people call it; blank for {@code webhook}
 * @param headers sent with each message, such as Authorization
 * @param preset {@code workchat} or {@code none}
 * @param body a template with placeholders such as {@code {text}}; null for the preset's
 * @param recipient fills {@code {recipient}}: the group's thread key for {@code workchat}
 */
public record WebhookOrder(
    String room,
    String name,
    String url,
    Map<String, String> headers,
    String preset,
    @Nullable String body,
    @Nullable String recipient,
    Language language) {
  private static final Set<String> PRESETS = Set.of("none", "workchat");
  // java.net.http sets these itself and refuses them.
  private static final Set<String> RESTRICTED =
      Set.of("connection", "content-length", "expect", "host", "upgrade");

  public WebhookOrder {
    headers = Map.copyOf(headers);
    name = name.isBlank() ? "webhook" : name.strip();
    preset = preset.isBlank() ? "none" : preset;
    if (room.isBlank()) {
      throw PlatformException.invalid("a webhook needs the name of its room");
    }
    if (!PRESETS.contains(preset)) {
      throw PlatformException.invalid(
          "'" + preset + "' is not a preset of a webhook: workchat or none");
    }
    requireHttp(url);
    headers.forEach(WebhookOrder::requireHeader);
    BodyTemplate.of(preset, body, recipient, contentType(headers)).check();
  }

  /** A webhook of this address with everything else at its default. */
  public static WebhookOrder of(String room, String url) {
    return new WebhookOrder(room, "", url, Map.of(), "none", null, null, Language.EN);
  }

  static String contentType(Map<String, String> headers) {
    return headers.entrySet().stream()
        .filter(header -> header.getKey().equalsIgnoreCase("Content-Type"))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("application/json; charset=utf-8");
  }

  private static void requireHttp(String url) {
    try {
      URI uri = new URI(url.strip());
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      if ((scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null) {
        return;
      }
    } catch (URISyntaxException e) {
      // Told below, without the text, which may hold a secret.
    }
    throw PlatformException.invalid("a webhook's URL must be of the form https://HOST/PATH");
  }

  private static void requireHeader(String header, String value) {
    boolean token = header.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    if (!token
        || value.chars().anyMatch(c -> c < ' ' && c != '\t')
        || RESTRICTED.contains(header.toLowerCase(Locale.ROOT))) {
      throw PlatformException.invalid(
          "'" + header + "' is not a header that a webhook can send with this value");
    }
  }

  @Override
  public String toString() {
    return "webhook " + name + " of " + room;
  }
}

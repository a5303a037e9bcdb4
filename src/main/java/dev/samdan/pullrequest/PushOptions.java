package dev.samdan.pullrequest;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code git push -o} asks for: {@code pr}, {@code pr=Title}, {@code pr.title=}, {@code
 * pr.text=}, {@code pr.target=}, {@code pr.draft}.
 */
record PushOptions(
    @Nullable String title, @Nullable String text, @Nullable String target, boolean draft) {
  /** Empty where no pull request is asked for. */
  static Optional<PushOptions> of(List<String> options) {
    boolean asked = false;
    String title = null;
    String text = null;
    String target = null;
    boolean draft = false;
    for (String option : options) {
      int equals = option.indexOf('=');
      String key = equals < 0 ? option : option.substring(0, equals);
      String value = equals < 0 ? null : option.substring(equals + 1);
      switch (key) {
        case "pr", "pr.title" -> title = value == null ? title : value;
        case "pr.text" -> text = value;
        case "pr.target" -> target = value;
        case "pr.draft" -> draft = value == null || value.equals("true");
        default -> {
          continue;
        }
      }
      asked = true;
    }
    return asked ? Optional.of(new PushOptions(title, text, target, draft)) : Optional.empty();
  }
}

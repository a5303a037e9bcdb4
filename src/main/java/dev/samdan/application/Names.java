package dev.samdan.application;

import dev.samdan.application.Section.Refused;
import dev.samdan.base.Glob;
import dev.samdan.base.PlatformException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.Repository;

/**
 * The checks of samdan.yml's values: each returns the value as it is kept, or refuses it with the
 * rule it breaks.
 */
final class Names {
  private static final Pattern LABEL = Pattern.compile("[a-z]([a-z0-9-]*[a-z0-9])?");
  private static final Pattern REPOSITORY = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?");
  private static final Pattern DOMAIN =
      Pattern.compile(
          "(\\*\\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final List<String> DEPLOYMENT_CONFIGS =
      List.of(
          "ECSAllAtOnce",
          "ECSLinear10PercentEvery1Minutes",
          "ECSLinear10PercentEvery3Minutes",
          "ECSCanary10Percent5Minutes",
          "ECSCanary10Percent15Minutes");

  /** A team's own: the same words with other numbers. */
  private static final Pattern CUSTOM_CONFIG =
      Pattern.compile(
          "(Canary[1-9][0-9]?Percent|Linear[1-9][0-9]?PercentEvery)[1-9][0-9]{0,5}(Minutes|Seconds)");

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,7})(ms|s|m|h)");
  private static final String NO_DURATION = "is not a duration, such as 30s, 5m or 2h";
  private static final Duration LONGEST = Duration.ofHours(9_999_999);

  private Names() {}

  static String application(String value) {
    return label(value, 32, "an application's name");
  }

  static String environment(String value) {
    require(
        !value.equals(DerivedPipelines.PULL_REQUEST),
        value,
        "is the name of the pipelines that check pull requests; name it otherwise");
    require(
        !value.startsWith("trial-"),
        value,
        "begins with trial-, as the environments of trials do, which come and go; name it"
            + " otherwise");
    return label(value, 20, "an environment's name");
  }

  private static String label(String value, int length, String what) {
    return require(
        LABEL.matcher(value).matches() && value.length() <= length,
        value,
        "is not "
            + what
            + " (a to z, 0 to 9 and -, begins with a letter, at most "
            + length
            + " characters)");
  }

  static String directPush(String value) {
    return require(
        value.matches("accept|refuse|developer|maintainer|admin"),
        value,
        "is neither accept nor refuse nor a role that may (developer, maintainer, admin)");
  }

  /** The least role for what is protected. */
  static String protectionRole(String value) {
    return require(
        value.matches("developer|maintainer|admin"),
        value,
        "is none of the roles developer, maintainer and admin");
  }

  static String review(String value) {
    return require(
        value.matches("omitted|optional|required"),
        value,
        "is none of omitted, optional and required");
  }

  static String merge(String value) {
    return require(
        value.matches("merge|squash|rebase"), value, "is none of merge, squash and rebase");
  }

  static String size(String value) {
    return require(
        value.matches("[1-9][0-9]{0,5}[KMG]B"), value, "is not a size, such as 50MB (KB, MB, GB)");
  }

  static String branchKind(String value) {
    return label(value, 20, "a kind of branch");
  }

  /** A name with one hole, {@code {summary}} or {@code {version}}. */
  static String branchPattern(String value) {
    String filled = value.replaceFirst("\\{(summary|version)}", "x");
    return require(
        !filled.equals(value)
            && Repository.isValidRefName("refs/heads/" + filled)
            && !filled.contains("{"),
        value,
        "is not a branch's name with one {summary} or {version} in it, such as feature/{summary}");
  }

  static String image(String value) {
    return require(
        value.matches("[A-Za-z0-9][A-Za-z0-9._:/@-]{0,254}"),
        value,
        "is not an image's name, such as build-tools:1");
  }

  static String repository(String value) {
    return require(
        REPOSITORY.matcher(value).matches() && !value.endsWith(".git") && !value.contains(".."),
        value,
        "is not a repository's name (a to z, 0 to 9, '.', '_' and '-', at most 64 characters)");
  }

  /** A folder in the repository; {@code .} is the whole of it and is kept as {@code ""}. */
  static String folder(String value) {
    return relative(value, "a folder in the repository");
  }

  static String file(String value) {
    return require(
        !relative(value, "a file").isEmpty(), relative(value, "a file"), "is not a file's path");
  }

  private static String relative(String value, String what) {
    List<String> kept = new ArrayList<>();
    require(
        !value.isBlank() && !value.startsWith("/"),
        value,
        "is not " + what + "; write a path without a leading /");
    for (String segment : value.split("/")) {
      require(!segment.equals(".."), value, "leaves the folder that it is relative to");
      if (!segment.isEmpty() && !segment.equals(".")) {
        kept.add(segment);
      }
    }
    return String.join("/", kept);
  }

  static String glob(String value) {
    parseGlob(value);
    return relative(value, "a file pattern");
  }

  static String urlPath(String value) {
    return require(
        value.startsWith("/") && value.chars().allMatch(c -> c > ' ' && c != 127),
        value,
        "is not a path; it must begin with /");
  }

  static String urlGlob(String value) {
    parseGlob(value);
    return urlPath(value);
  }

  private static void parseGlob(String value) {
    try {
      Glob.parse(value);
    } catch (PlatformException e) {
      throw new Refused("is not a pattern: " + e.text().replaceFirst("^.*is not a pattern: ", ""));
    }
  }

  static String variable(String value) {
    return require(
        value.matches("[A-Za-z_][A-Za-z0-9_]*"),
        value,
        "is not a variable's name (letters, digits and _, no digit first)");
  }

  static String volume(String value) {
    boolean inside = value.matches("/[^/].*") && !List.of(value.split("/")).contains("..");
    return require(
        inside,
        value.replaceFirst("/+$", ""),
        "is not a folder in the container; it must begin with / and name one");
  }

  /** One of CodeDeploy's configurations for ECS, with or without {@code CodeDeployDefault.}. */
  static String deploymentConfig(String value) {
    String name =
        value.startsWith("CodeDeployDefault.")
            ? value.substring("CodeDeployDefault.".length())
            : value;
    return require(
        DEPLOYMENT_CONFIGS.contains(name) || CUSTOM_CONFIG.matcher(name).matches(),
        name,
        "is not a deployment configuration; did you mean '"
            + Section.nearest(name, DEPLOYMENT_CONFIGS)
            + "'?");
  }

  static String engine(String value) {
    return require(
        value.equals("postgresql"), value, "is not an engine; the data tier is postgresql");
  }

  static String branch(String value) {
    return require(
        Repository.isValidRefName("refs/heads/" + value) && !value.startsWith("-"),
        value,
        "is not a branch's name");
  }

  static String room(String value) {
    return require(
        !value.isBlank()
            && value.length() <= 100
            && value.chars().noneMatch(Character::isISOControl),
        value.strip(),
        "is not a room's name (1 to 100 characters on one line)");
  }

  /** Names below localhost are the addresses that Samdan gives to environments itself. */
  static String domain(String value) {
    String name = value.toLowerCase(Locale.ROOT);
    require(
        !name.endsWith(".localhost"),
        name,
        "is below localhost, where each environment has its address already");
    return require(
        DOMAIN.matcher(name).matches() && name.length() <= 253, name, "is not a domain's name");
  }

  static String notEmpty(String value) {
    return require(!value.isBlank(), value, "is empty");
  }

  /** {@code 30s}, {@code 5m} or as ISO-8601 has it ({@code PT5M}), which is how it is kept. */
  static String duration(String value) {
    var matcher = DURATION.matcher(value);
    Duration duration =
        matcher.matches()
            ? duration(Long.parseLong(matcher.group(1)), matcher.group(2))
            : isoDuration(value);
    return require(
        !duration.isNegative() && duration.compareTo(LONGEST) <= 0,
        duration.toString(),
        NO_DURATION);
  }

  private static Duration duration(long number, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  private static Duration isoDuration(String value) {
    try {
      return Duration.parse(value);
    } catch (DateTimeParseException e) {
      throw new Refused(NO_DURATION);
    }
  }

  static String percent(String value) {
    String number = value.endsWith("%") ? value.substring(0, value.length() - 1).strip() : value;
    return require(
        number.matches("[0-9]{1,3}(\\.[0-9]{1,3})?") && Double.parseDouble(number) <= 100,
        number,
        "is not a share in percent (0 to 100)");
  }

  static String cron(String value) {
    try {
      Schedule.cron(value);
      return value;
    } catch (IllegalArgumentException e) {
      throw new Refused(
          "is not a cron expression of five fields, minute to day of week, such as 0 3 * * *: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }

  static String job(String value) {
    return label(value, 40, "a job's name");
  }

  static String among(List<String> known, String what, String value) {
    return require(
        known.contains(value), value, "is not " + what + "; there are " + String.join(", ", known));
  }

  static String onTimeout(String value) {
    return oneOf("stop", "continue").apply(value);
  }

  static String testWhen(String value) {
    return oneOf("before-traffic", "after-traffic").apply(value);
  }

  static String approval(String value) {
    return oneOf("required", "none").apply(value);
  }

  private static UnaryOperator<String> oneOf(String... values) {
    return value ->
        require(
            List.of(values).contains(value), value, "is not one of: " + String.join(", ", values));
  }

  private static String require(boolean holds, String value, String reason) {
    if (!holds) {
      throw new Refused(reason);
    }
    return value;
  }
}

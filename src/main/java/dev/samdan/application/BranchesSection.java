package dev.samdan.application;

import dev.samdan.base.Yaml;
import dev.samdan.identity.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code branches} of samdan.yml; what it does not say is as in the usual strategy. */
final class BranchesSection {
  private static final Set<String> SETTINGS =
      Set.of("main", "dev", "largest-file", "signed-tags", "merge");

  private BranchesSection() {}

  /** Where main and dev are not named, they are what production and development follow. */
  static BranchPolicy read(Section top, List<EnvironmentDeclaration> environments) {
    String production =
        environments.stream()
            .filter(EnvironmentDeclaration::production)
            .findFirst()
            .map(EnvironmentDeclaration::branch)
            .orElse("main");
    String integration =
        environments.stream()
            .filter(e -> e.name().equals("dev") && !e.branch().equals(production))
            .findFirst()
            .map(EnvironmentDeclaration::branch)
            .orElse("dev");
    try (Section section = top.section("branches").orElseGet(() -> top.absent("branches"))) {
      return read(
          section,
          named(section, "main", production),
          named(section, "dev", integration),
          direct(section));
    }
  }

  private static String named(Section section, String key, String otherwise) {
    Section fixed = section.section(key).orElse(null);
    if (fixed == null) {
      return otherwise;
    }
    try (fixed) {
      // Read beside it: who may do what is one record.
      fixed.node("direct-push");
      fixed.node("merge");
      fixed.node("approve");
      return fixed.text("name", otherwise, Names::branch);
    }
  }

  /** {@code accept}, {@code refuse}, or the least role that may. */
  private static String direct(Section section) {
    return section
        .section("dev")
        .map(dev -> dev.text("direct-push", "accept", Names::directPush))
        .orElse("accept");
  }

  private static BranchPolicy read(
      Section section, String production, String integration, String direct) {
    if (production.equals(integration)) {
      section.problem(
          "dev", integration + " is main's name too; development needs a branch of its own");
    }
    return new BranchPolicy(
        production,
        integration,
        direct.equals("accept"),
        size(section.text("largest-file", "50MB", Names::size)),
        section.flag("signed-tags", false),
        kinds(section, production, integration),
        protection(section, direct));
  }

  private static BranchPolicy.Protection protection(Section section, String direct) {
    BranchPolicy.Protection usual = BranchPolicy.Protection.USUAL;
    boolean forAllOrNone = direct.equals("accept") || direct.equals("refuse");
    return new BranchPolicy.Protection(
        role(section, "merge", usual.merge()),
        role(section, "approve", usual.approve()),
        forAllOrNone ? null : Role.parse(direct));
  }

  private static Role role(Section section, String key, Role usual) {
    return section
        .section("main")
        .map(main -> Role.parse(main.text(key, usual.text(), Names::protectionRole)))
        .orElse(usual);
  }

  private static List<BranchPolicy.Kind> kinds(
      Section section, String production, String integration) {
    Map<String, BranchPolicy.Kind> kinds = new LinkedHashMap<>();
    BranchPolicy.Merge merge = merge(section, BranchPolicy.Merge.COMMIT);
    BranchPolicy.usualKinds(production, integration)
        .forEach(k -> kinds.put(k.name(), k.versioned() ? k : k.merged(merge)));
    for (Yaml.Field field : section.entries()) {
      String name = field.key();
      if (!SETTINGS.contains(name) && section.checkKey(field, Names::branchKind)) {
        BranchPolicy.Kind usual =
            kinds.getOrDefault(
                name,
                new BranchPolicy.Kind(
                    name,
                    integration,
                    integration,
                    name + "/{summary}",
                    BranchPolicy.Review.OPTIONAL,
                    false,
                    merge));
        kinds.put(name, kind(section.entry(field), usual, production, integration));
      }
    }
    return new ArrayList<>(kinds.values());
  }

  private static BranchPolicy.Kind kind(
      Section section, BranchPolicy.Kind usual, String production, String integration) {
    try (section) {
      String review = usual.review().name().toLowerCase(Locale.ROOT);
      BranchPolicy.Kind kind =
          BranchPolicy.changed(
              usual,
              fixed(section, "from", production, integration),
              fixed(section, "into", production, integration),
              section.optionalText("name", Names::branchPattern),
              BranchPolicy.Review.valueOf(
                  section.text("review", review, Names::review).toUpperCase(Locale.ROOT)),
              section.flag("keep-tests", usual.keepsTests()),
              merge(section, usual.merge()));
      if (kind.versioned() && kind.merge() != BranchPolicy.Merge.COMMIT) {
        section.problem(
            "merge", "must be merge: a hotfix comes back into development as the commits it is");
      }
      return kind;
    }
  }

  private static BranchPolicy.Merge merge(Section section, BranchPolicy.Merge usual) {
    String written =
        usual == BranchPolicy.Merge.COMMIT ? "merge" : usual.name().toLowerCase(Locale.ROOT);
    return switch (section.text("merge", written, Names::merge)) {
      case "squash" -> BranchPolicy.Merge.SQUASH;
      case "rebase" -> BranchPolicy.Merge.REBASE;
      default -> BranchPolicy.Merge.COMMIT;
    };
  }

  private static @Nullable String fixed(
      Section section, String key, String production, String integration) {
    return section.optionalText(
        key,
        value -> {
          if (!value.equals(production) && !value.equals(integration)) {
            throw new Section.Refused("is neither " + production + " nor " + integration);
          }
          return value;
        });
  }

  private static long size(String text) {
    int unit = text.endsWith("GB") ? 30 : text.endsWith("MB") ? 20 : 10;
    return Long.parseLong(text.substring(0, text.length() - 2)) << unit;
  }
}

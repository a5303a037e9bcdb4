package dev.samdan.source;

import dev.samdan.application.ApiTier;
import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.ApplicationFile;
import dev.samdan.application.Applications;
import dev.samdan.application.DerivedPipelines;
import dev.samdan.application.EnvironmentDeclaration;
import dev.samdan.application.Tier;
import dev.samdan.base.Glob;
import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.ExecutionFilter;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.pipeline.SourceRevision;
import dev.samdan.pipeline.Trigger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a change that is not on its branch yet would bring, and the pipelines that check it. */
public final class Changes {
  private static final Pattern MIGRATION =
      Pattern.compile("(.*/)?(migrations?/.+|alembic/versions/.+|V[0-9][^/]*__[^/]+\\.sql)");
  private static final int GROUP = 100;

  private final Source source;
  private final Applications applications;
  private final Pipelines pipelines;
  private final BiPredicate<String, String> baseExists;

  /**
   * @param baseExists whether the base image of this application is built, or being built, for this
   *     commit
   */
  public Changes(
      Source source,
      Applications applications,
      Pipelines pipelines,
      BiPredicate<String, String> baseExists) {
    this.source = source;
    this.applications = applications;
    this.pipelines = pipelines;
    this.baseExists = baseExists;
  }

  /**
   * A change of a repository.
   *
   * @param branch that it is to come into
   * @param base the commit that it is made from; null where the branch is new
   * @param head its newest commit
   */
  public record Change(String repository, String branch, @Nullable String base, String head) {}

  /** What it would bring to its branch. */
  public Outlook outlook(Change change) {
    Set<Tier> tiers = EnumSet.noneOf(Tier.class);
    List<String> starting = new ArrayList<>();
    Set<String> migrations = new java.util.TreeSet<>();
    Set<String> ofBase = new java.util.TreeSet<>();
    List<String> files = source.changedFiles(change.repository(), change.base(), change.head());
    try {
      for (ApplicationDeclaration now : declarations(change)) {
        TierChanges changes =
            new TierChanges(
                now,
                before(change, now),
                change.repository(),
                change.base() == null ? null : files);
        for (EnvironmentDeclaration environment : now.environmentsOn(change.branch())) {
          for (Tier tier : changes.of(environment)) {
            tiers.add(tier);
            starting.add(DerivedPipelines.name(now.name(), environment.name(), tier));
          }
        }
        migrations.addAll(migrations(now, change.repository(), files));
        ofBase.addAll(filesOfBase(now, change.repository(), files));
      }
    } catch (PlatformException e) {
      if (e.code() != PlatformException.Code.INVALID) {
        throw e;
      }
      return new Outlook(List.of(), List.of(), List.of(), List.of(), e.text());
    }
    return new Outlook(
        List.copyOf(tiers), starting, List.copyOf(migrations), List.copyOf(ofBase), null);
  }

  /** Of all applications that the repository is of; the own one's as the head declares it. */
  private List<ApplicationDeclaration> declarations(Change change) {
    List<ApplicationDeclaration> all = new ArrayList<>();
    if (applications.find(change.repository()).isPresent()) {
      all.add(Declared.read(source, change.repository(), change.head()).declaration());
    }
    for (String application : applications.withTierIn(change.repository())) {
      current(application).ifPresent(all::add);
    }
    return all;
  }

  /** As the environment that is delivered to first declares it. */
  private Optional<ApplicationDeclaration> current(String application) {
    return applications.environments(application).stream()
        .findFirst()
        .flatMap(environment -> applications.declaration(application, environment.name()));
  }

  private @Nullable ApplicationDeclaration before(Change change, ApplicationDeclaration now) {
    String base = change.base();
    if (base == null || !now.name().equals(change.repository())) {
      return now;
    }
    return source
        .readFile(change.repository(), base, ApplicationFile.NAME)
        .map(bytes ->
            ApplicationFile.parseFor(now.name(), new String(bytes, StandardCharsets.UTF_8)))
        .map(ApplicationFile.Parsed::declaration)
        .orElse(null);
  }

  private static List<String> migrations(
      ApplicationDeclaration now, String repository, List<String> files) {
    if (now.data() == null || !now.repositoryOf(Tier.API).equals(repository)) {
      return List.of();
    }
    String folder = folder(now);
    return files.stream()
        .filter(f -> f.startsWith(folder) && MIGRATION.matcher(f).matches())
        .toList();
  }

  private static List<String> filesOfBase(
      ApplicationDeclaration now, String repository, List<String> files) {
    if (!now.repositoryOf(Tier.API).equals(repository)) {
      return List.of();
    }
    List<Glob> globs = baseGlobs(now).stream().map(Glob::parse).toList();
    return files.stream().filter(f -> globs.stream().anyMatch(g -> g.matches(f))).toList();
  }

  private static List<String> baseGlobs(ApplicationDeclaration now) {
    ApiTier api = now.api();
    ApiTier.BaseImage base = api == null ? null : api.base();
    List<String> globs = new ArrayList<>();
    if (base != null) {
      globs.add(folder(now) + base.dockerfile());
      base.rebuildOn().forEach(glob -> globs.add(folder(now) + glob));
    }
    return globs;
  }

  private static String folder(ApplicationDeclaration now) {
    return now.sourceOf(Tier.API).filter(s -> !s.isEmpty()).map(s -> s + "/").orElse("");
  }

  /**
   * Starts the pipelines that check the changed tiers; what this group started already is not
   * started again, unless it was stopped.
   *
   * @param commit to build, which is the head or has its declaration
   * @return the names of the pipelines
   * @throws PlatformException INVALID where the head's declaration is
   */
  public List<String> startChecks(Change change, String commit, UUID group, Trigger trigger) {
    List<String> started = new ArrayList<>();
    List<Tier> tiers = outlook(change).tiers();
    for (ApplicationDeclaration now : declarations(change)) {
      keepDeclaration(change, now, commit);
      startBase(change, now, group, trigger);
      for (Tier tier : now.tiers()) {
        if (tiers.contains(tier) && now.repositoryOf(tier).equals(change.repository())) {
          pipelines.put(
              DerivedPipelines.ofPullRequest(now, tier), now.name(), DerivedPipelines.PULL_REQUEST);
          started.add(DerivedPipelines.name(now.name(), DerivedPipelines.PULL_REQUEST, tier));
        }
      }
    }
    for (String pipeline : started) {
      startOnce(pipeline, change, commit, group, trigger);
    }
    return started;
  }

  private void keepDeclaration(Change change, ApplicationDeclaration now, String commit) {
    String text =
        now.name().equals(change.repository())
            ? Declared.read(source, change.repository(), change.head()).text()
            : applications.environments(now.name()).stream()
                .findFirst()
                .flatMap(e -> applications.declarationText(now.name(), e.commit()))
                .orElseThrow();
    applications.keepDeclaration(now.name(), commit, text);
  }

  /** The base image that the change asks for is built for it as it would be once it is merged. */
  private void startBase(Change change, ApplicationDeclaration now, UUID group, Trigger trigger) {
    ApiTier api = now.api();
    ApiTier.BaseImage base = api == null ? null : api.base();
    if (base == null || !now.repositoryOf(Tier.API).equals(change.repository())) {
      return;
    }
    Optional<String> touching =
        source.lastCommitTouching(change.repository(), change.head(), baseGlobs(now));
    if (touching.isPresent() && !baseExists.test(now.name(), touching.get())) {
      String pipeline = DerivedPipelines.baseName(now.name());
      if (!pipelines.exists(pipeline)) {
        pipelines.put(
            DerivedPipelines.base(now, base, now.branches().integration()), now.name(), null);
      }
      applications.keepDeclaration(
          now.name(), change.head(), Declared.read(source, now.name(), change.head()).text());
      startOnce(pipeline, change, change.head(), group, trigger);
    }
  }

  private void startOnce(String pipeline, Change change, String id, UUID group, Trigger trigger) {
    boolean there =
        pipelines.executions(ExecutionFilter.ofGroup(group), null, GROUP).executions().stream()
            .anyMatch(e -> e.pipeline().equals(pipeline) && !e.status().stopped());
    if (!there) {
      Commit commit = source.commit(change.repository(), id);
      pipelines.start(
          pipeline,
          trigger,
          new SourceRevision(
              change.repository(),
              change.branch(),
              commit.id(),
              commit.message(),
              commit.author(),
              commit.authorEmail(),
              commit.at()),
          group);
    }
  }
}

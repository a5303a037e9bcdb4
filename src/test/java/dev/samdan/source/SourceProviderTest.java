package dev.samdan.source;

import static dev.samdan.source.GitServer.commit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.pipeline.ActionOutcome;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceProviderTest {
  @TempDir Path folder;

  @Test
  void a_pushed_commit_is_handed_on_as_a_zip_with_its_variables() throws Exception {
    try (GitServer server = new GitServer(folder)) {
      Map<String, Boolean> files = new ConcurrentHashMap<>();
      server.pipelines.register(
          SourceProvider.TYPE, new SourceProvider(server.source, server.applications));
      server.pipelines.register(
          "Build/AWS/CodeBuild",
          context -> {
            try (ZipFile zip = ZipFile.builder().setPath(context.input("SourceArtifact")).get()) {
              zip.getEntries().asIterator().forEachRemaining(e -> files.put(e.getName(), true));
            } catch (java.io.IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
            return ActionOutcome.failed("Enough", "the source is what this is about");
          });
      server.pipelines.start();
      server.source.createRepository("sample");
      server.applications.create("sample", null);
      Path clone = server.clone("sample", "clone");
      GitServer.push(
          clone,
          "dev",
          Map.of("samdan.yml", "application: sample\ntiers: {web: }\n", "web/a.html", "1"));
      String head = commit(clone, "dev", Map.of("web/b.html", "1"));
      GitServer.run(clone, "git", "push", "-q", "origin", "dev").orThrow();
      await()
          .untilAsserted(() -> {
            ExecutionView newest = server.pipelines.execution(server.executions().getFirst().id());
            assertThat(newest.status()).isEqualTo(ExecutionStatus.Failed);
            ExecutionView.Action source = newest.stages().getFirst().actions().getFirst();
            assertThat(source.outputVariables())
                .containsEntry("CommitId", head)
                .containsEntry("BranchName", "dev")
                .containsEntry("FullRepositoryName", "sample")
                .containsEntry("CommitMessage", "Change web/b.html")
                .containsKeys("AuthorDate", "ConnectionArn");
            assertThat(source.summary()).isEqualTo(head.substring(0, 8) + " Change web/b.html");
          });
      assertThat(files).containsOnlyKeys("samdan.yml", "web/a.html", "web/b.html");
    }
  }

  @Test
  void a_pipeline_of_a_repository_reads_no_other_applications_repository() {
    try (GitServer server = new GitServer(folder)) {
      server.pipelines.register(
          SourceProvider.TYPE, new SourceProvider(server.source, server.applications));
      server.pipelines.start();
      for (String name : List.of("sample", "other")) {
        server.source.createRepository(name);
        server.applications.create(name, null);
      }
      GitServer.push(server.clone("other", "other"), "dev", Map.of("secret.txt", "1"));
      String json =
          """
          {"pipeline": {"name": "sample-dev-web", "roleArn": "arn:aws:iam::1:role/x", "version": 1, "stages": [
            {"name": "Source", "actions": [{"name": "Code", "actionTypeId":
              {"category": "Source", "owner": "AWS", "provider": "CodeStarSourceConnection", "version": "1"},
              "configuration": {"ConnectionArn": "x", "FullRepositoryId": "team/other", "BranchName": "dev"},
              "outputArtifacts": [{"name": "Src"}]}]},
            {"name": "Ship", "actions": [{"name": "Ship", "actionTypeId":
              {"category": "Deploy", "owner": "AWS", "provider": "S3", "version": "1"},
              "configuration": {"BucketName": "sample-dev-web", "Extract": "true"},
              "inputArtifacts": [{"name": "Src"}]}]}]}}
          """;
      GitServer.push(
          server.clone("sample", "clone"),
          "dev",
          Map.of(
              "samdan.yml",
              "application: sample\ntiers: {web: }\n",
              "pipelines/sample-dev-web.json",
              json));
      await()
          .untilAsserted(() -> {
            ExecutionView newest = server.pipelines.execution(server.executions().getFirst().id());
            assertThat(newest.status()).isEqualTo(ExecutionStatus.Failed);
            assertThat(newest.stages().getFirst().actions().getFirst().error())
                .contains("other is not a repository of sample");
          });
    }
  }
}

package dev.samdan.pipeline;

import dev.samdan.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What AWS's own actions take (action-reference); actions not listed here are not judged. */
final class ActionCatalogue {
  /**
   * @param required configuration keys that must be there
   * @param optional a pattern of the others
   */
  private record Shape(
      Set<String> required, Pattern optional, int minIn, int maxIn, int minOut, int maxOut) {}

  private static final Map<String, Shape> SHAPES =
      Map.ofEntries(
          Map.entry(
              "Source/AWS/CodeStarSourceConnection",
              shape(
                  "ConnectionArn FullRepositoryId BranchName",
                  "OutputArtifactFormat|DetectChanges",
                  0,
                  0,
                  1,
                  1)),
          Map.entry(
              "Source/AWS/CodeCommit",
              shape(
                  "RepositoryName BranchName",
                  "PollForSourceChanges|OutputArtifactFormat",
                  0,
                  0,
                  1,
                  1)),
          Map.entry("Build/AWS/CodeBuild", codeBuild()),
          Map.entry("Test/AWS/CodeBuild", codeBuild()),
          Map.entry(
              "Build/AWS/ECRBuildAndPublish",
              // AWS allows no output; here one may hold imageDetail.json.
              shape("ECRRepositoryName", "DockerFilePath|ImageTags|RegistryType", 1, 1, 0, 1)),
          Map.entry(
              "Deploy/AWS/CodeDeployToECS",
              shape(
                  "ApplicationName DeploymentGroupName TaskDefinitionTemplateArtifact AppSpecTemplateArtifact",
                  "TaskDefinitionTemplatePath|AppSpecTemplatePath|Image[1-4](ArtifactName|ContainerName)",
                  1,
                  5,
                  0,
                  0)),
          Map.entry(
              "Deploy/AWS/S3",
              shape(
                  "BucketName Extract",
                  "ObjectKey|KMSEncryptionKeyARN|CannedACL|CacheControl",
                  1,
                  1,
                  0,
                  0)),
          Map.entry(
              "Approval/AWS/Manual",
              shape("", "NotificationArn|ExternalEntityLink|CustomData", 0, 0, 0, 0)));

  private ActionCatalogue() {}

  private static Shape codeBuild() {
    return shape(
        "ProjectName",
        "PrimarySource|BatchEnabled|CombineArtifacts|EnvironmentVariables",
        1,
        5,
        0,
        5);
  }

  private static Shape shape(
      String required, String optional, int minIn, int maxIn, int minOut, int maxOut) {
    Set<String> keys = required.isEmpty() ? Set.of() : Set.of(required.split(" "));
    return new Shape(keys, Pattern.compile(optional), minIn, maxIn, minOut, maxOut);
  }

  static List<DeclarationCheck.Finding> findings(String at, ActionDeclaration action) {
    List<DeclarationCheck.Finding> findings = new ArrayList<>();
    Optional.ofNullable(SHAPES.get(action.type().key()))
        .ifPresent(shape -> judge(at, action, shape, findings));
    return findings;
  }

  private static void judge(
      String at, ActionDeclaration action, Shape shape, List<DeclarationCheck.Finding> findings) {
    String who = action.type().provider();
    for (String key : shape.required().stream().sorted().toList()) {
      if (action.configuration().getOrDefault(key, "").isEmpty()) {
        findings.add(error(at + ".configuration", who + " needs " + key));
      }
    }
    for (String key : action.configuration().keySet()) {
      if (!shape.required().contains(key) && !shape.optional().matcher(key).matches()) {
        findings.add(
            new DeclarationCheck.Finding(
                at + ".configuration." + key, Problem.Severity.WARNING, who + " has no such key"));
      }
    }
    if (shape.maxIn() > 1
        && action.inputArtifacts().size() > 1
        && who.equals("CodeBuild")
        && !action
            .inputArtifacts()
            .contains(action.configuration().getOrDefault("PrimarySource", ""))) {
      findings.add(
          error(
              at + ".configuration",
              "with several input artifacts, PrimarySource names one of them"));
    }
    count(
        at + ".inputArtifacts",
        action.inputArtifacts().size(),
        shape.minIn(),
        shape.maxIn(),
        who + " takes",
        findings);
    count(
        at + ".outputArtifacts",
        action.outputArtifacts().size(),
        shape.minOut(),
        shape.maxOut(),
        who + " gives",
        findings);
  }

  private static void count(
      String path,
      int count,
      int least,
      int most,
      String who,
      List<DeclarationCheck.Finding> findings) {
    if (count < least || count > most) {
      String range = least == most ? String.valueOf(most) : least + " to " + most;
      findings.add(error(path, who + " " + range + " artifacts, not " + count));
    }
  }

  private static DeclarationCheck.Finding error(String path, String message) {
    return new DeclarationCheck.Finding(path, Problem.Severity.ERROR, message);
  }
}

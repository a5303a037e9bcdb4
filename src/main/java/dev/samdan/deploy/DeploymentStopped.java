package dev.samdan.deploy;

/** A person stopped the deployment. */
final class DeploymentStopped extends Exception {}

package dev.samdan.runtime;

/**
 * A variable whose value comes from the secrets when the container starts (ECS Secret).
 *
 * @param valueFrom a parameter's name, a secret's name with json-key and version, or either's ARN
 */
public record SecretVariable(String name, String valueFrom) {}

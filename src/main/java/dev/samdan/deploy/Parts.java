package dev.samdan.deploy;

import dev.samdan.database.Database;
import dev.samdan.runtime.Tasks;

/** What every deployment works with. */
record Parts(
    Database database,
    DeploymentRows deployments,
    LifecycleRows lifecycle,
    WaitRows waits,
    ServiceRows services,
    Tasks tasks,
    Routing routing,
    DeploymentSettings settings) {}

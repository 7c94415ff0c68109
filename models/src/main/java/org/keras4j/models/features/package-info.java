/** Tables of mixed columns as inputs of networks: {@link org.keras4j.models.features.FeatureSpace}. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.models.features;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

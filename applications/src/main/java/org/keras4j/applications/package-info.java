/**
 * The 40 reference architectures of {@code keras.applications}: networks for images, with weights trained on
 * ImageNet or without.
 */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.applications;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

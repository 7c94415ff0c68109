/** Small models trained on what large ones say: {@link org.keras4j.models.distillation.Distiller}. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.models.distillation;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

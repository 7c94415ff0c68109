/** Networks as trainers and models of Tribuo: {@link org.keras4j.tribuo.KerasTrainer}. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.tribuo;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

/** Models: Sequential, Functional and those of one's own ({@code keras.models}). */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.models;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

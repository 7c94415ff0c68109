/** What makes tokens of pieces. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.text.internal.model;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

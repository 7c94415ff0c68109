/** Language models of keras4j as chat models, and embedders as embedding models of Spring AI. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.springai;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

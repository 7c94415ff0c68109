/** What pretrained models are for: strings go in, and what a program needs comes out. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.hub.tasks;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

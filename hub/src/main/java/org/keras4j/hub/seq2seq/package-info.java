/** Models that read one sequence and write another: T5 and Whisper. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.hub.seq2seq;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

/** Carries out changes of streams, by a Toxiproxy for each route. */
@API(status = Status.INTERNAL)
@NullMarked
package io.faultline.docker.stream;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;

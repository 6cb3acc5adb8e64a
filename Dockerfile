# For hosts that run containers: docker build -t authflow .
FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /app

# First what seldom changes: it is taken from the cache as long as the lock stays as it is.
COPY locks/build.txt locks/run.txt locks/
RUN pip install --no-deps --require-hashes -r locks/build.txt -r locks/run.txt

COPY pyproject.toml README.md LICENSE ./
COPY migrations migrations
COPY src src
RUN pip install --no-deps --no-build-isolation . && useradd --system --no-create-home authflow

# It writes nothing to the disk but gunicorn's heartbeats and counts, under /tmp.
USER authflow
EXPOSE 5000
CMD ["authflow", "serve"]

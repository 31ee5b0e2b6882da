# Two images: `service` (Ridgeway itself) and `oidc` (a sign-in provider for trying it out, never for real people).

FROM python:3.13-slim AS build
WORKDIR /app
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/ridgeway
COPY requirements.lock ./
RUN /opt/ridgeway/bin/pip install -q --require-hashes -r requirements.lock
COPY pyproject.toml requirements.in README.md LICENSE ./
COPY analytics analytics
COPY migrations migrations
COPY service service
# Installed whole, not as a link to this folder, so that the last image needs nothing from here.
RUN /opt/ridgeway/bin/pip install -q --no-deps --no-build-isolation --no-index .
# In an environment of its own: Node.js has done its work once the front-end files are there.
RUN python -m venv /opt/node \
    && /opt/node/bin/python service/cli/assets.py /made/assets

FROM python:3.13-slim AS service
RUN useradd --system --uid 10001 --no-create-home ridgeway \
    && install -d -o ridgeway /var/lib/ridgeway /var/lib/ridgeway/snapshots /var/lib/ridgeway/uploads
COPY --from=build /opt/ridgeway /opt/ridgeway
COPY --from=build /made/assets /var/lib/ridgeway/assets
ENV PATH=/opt/ridgeway/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    RIDGEWAY_FOLDER=/var/lib/ridgeway RIDGEWAY_HOST=0.0.0.0
USER ridgeway
WORKDIR /var/lib/ridgeway
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["ridgeway", "serve"]

FROM python:3.13-slim AS oidc
COPY deploy/oidc.lock ./
RUN pip install -q --no-cache-dir --require-hashes -r oidc.lock \
    && useradd --system --uid 10002 --no-create-home oidc
USER oidc
EXPOSE 9400
CMD ["oidc-provider-mock", "--host", "0.0.0.0", "--port", "9400", "--require-nonce", "true"]

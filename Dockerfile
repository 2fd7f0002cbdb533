# The image of the full profile; web, worker and beat differ only in their command.

FROM node:22-slim AS assets
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY scripts/build_assets.mjs scripts/
COPY static static
RUN npm run build

FROM python:3.11-slim AS packages
RUN python -m venv /venv
COPY requirements/uv.txt requirements/runtime.txt requirements/
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
    && /venv/bin/uv pip install --no-cache --compile-bytecode --python /venv \
        --require-hashes -r requirements/runtime.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOST=0.0.0.0 SURVEY_VAR=/var/survey
RUN useradd --system --uid 10001 --home-dir /service survey \
    && install --directory --owner survey --mode 0700 /var/survey /keys
WORKDIR /service
COPY --from=packages /venv /venv
COPY manage.py gunicorn.conf.py ./
COPY engagement engagement
COPY surveys surveys
COPY templates templates
COPY locale locale
COPY scripts/compile_translations.py scripts/
RUN python scripts/compile_translations.py
COPY --from=assets /build/build/static build/static
# Collecting needs settings but no secret: what the embedded profile makes for itself is thrown away.
RUN SURVEY_VAR=/tmp/unused python manage.py collectstatic --noinput --verbosity 0 && rm -rf /tmp/unused
USER survey
VOLUME /var/survey /keys
EXPOSE 8000
CMD ["gunicorn", "engagement.wsgi"]
